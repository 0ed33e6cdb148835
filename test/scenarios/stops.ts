/** The whole architecture: each dependency that stops makes its row of the sample's status false, and no other. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { docker, eventually, type Replica } from './replica.ts';

/** `replica`: runs, with all machines, and is left so. */
export function testStops(replica: Replica) {
  /** What it says instead of an answer counts as a row: where it stays so, the test says it. */
  const notOk = async () => (await replica.falseRows().catch((error: Error) => [`${error}`])).join();
  const allOk = () => eventually(60_000, notOk, (it) => it === '');

  // Paused is the hardest kind of stop: it is there, and says nothing. With one Gluster node stopped nothing is lost; with two,
  // the files are, and cron's last run, which is noted in one.
  test.for([
    { stop: ['mysql'], how: 'pause', rows: 'mysql' },
    { stop: ['memcached-1'], how: 'pause', rows: 'memcached-1' },
    { stop: ['memcached-2'], how: 'pause', rows: 'memcached-2' },
    { stop: ['solr'], how: 'pause', rows: 'solr' },
    { stop: ['s3'], how: 'pause', rows: 's3' },
    { stop: ['mail'], how: 'pause', rows: 'mail' },
    { stop: ['admin'], how: 'pause', rows: 'cron' },
    { stop: ['gluster-1'], how: 'stop', rows: '' },
    { stop: ['gluster-1', 'gluster-2'], how: 'stop', rows: 'files,cron' },
  ] as const)('$stop: $rows', async ({ stop, how, rows }) => {
    await allOk();
    const containers = await Promise.all(stop.map(replica.container));
    await docker(how, ...containers);
    const stopped = performance.now();
    try {
      if (rows === '') await pause(3000);
      // Each check ends by itself after 2 s: one that did not would make every row false (lib/status.php).
      await eventually(30_000, notOk, (it) => it === rows);
      const seconds = ((performance.now() - stopped) / 1000).toFixed(1);
      console.log(`${stop.join(' and ')} stopped: ${rows || 'no row'} false after ${seconds} s`);
    } finally {
      await docker(how === 'pause' ? 'unpause' : 'start', ...containers);
    }
    await allOk();
  });

  test('all healthy again', async () => {
    const { machines } = await eventually(60_000, replica.status, (it) =>
      it.machines.every(({ state }) => state === 'healthy'),
    );
    expect(machines.map(({ name }) => name)).toContain('mysql');
  });
}
