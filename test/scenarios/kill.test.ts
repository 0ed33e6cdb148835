/**
 * `up` killed with SIGKILL at moments spread over its run, bootdev alone or with all it started: the same command then ends
 * healthy, and nothing is left over; a page is of one release, whatever happened to the next. BOOTDEV_KILLS=2 tries fewer moments.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, newReplica, type Replica, release, remains } from './replica.ts';

const kills = Number(process.env.BOOTDEV_KILLS ?? 2);
/** What dies, and after which part of an undisturbed run. */
const moments = (count: number) =>
  Array.from({ length: count }, (_, at) => [at % 2 ? 'all of its group' : 'bootdev', (at + 0.5) / count] as const);

/** Without search and Gluster: on a small computer twenty starts of those take an hour. */
const settings = (ttl: number) =>
  `site: { name: killed }\napplication: php\ncode: { path: code }\nsearch: { engine: none }\nfiles: { store: volume }\ncache: { ttl: ${ttl} }\n`;

/** A site of many files that says each version it finds among them. */
async function writeCode(version: number): Promise<void> {
  const parts = join(replica.dir, 'code/parts');
  await mkdir(parts, { recursive: true });
  const index = `<?php $all = []; foreach (glob(__DIR__ . '/parts/*.php') as $file) $all[include $file] = 1; echo implode(' ', array_keys($all));`;
  await writeFile(join(replica.dir, 'code/index.php'), index);
  for (let part = 0; part < 1000; part++) await writeFile(join(parts, `${part}.php`), `<?php return ${version};`);
}
let replica: Replica;
/** Of runs that nothing disturbed, from nothing and for a change: seconds, and what is there afterwards. */
let whole: { start: number; change: number; code: number; things: string[]; files: string[] };

beforeAll(async () => {
  replica = await newReplica(settings(10), { local: release });
  await writeCode(1);
  await replica.ensure('up'); // whatever must be built
  await replica.ensure('down', '--volumes', '--yes');
  const start = await replica.ensure('up');
  await replica.settings(settings(11));
  const change = await replica.ensure('up');
  await writeCode(2);
  const code = await replica.ensure('up');
  const seconds = { start: start.seconds, change: change.seconds, code: code.seconds };
  whole = { ...seconds, things: await things(), files: await files() };
});
afterAll(() => replica?.remove());

const things = async () => (await remains(await replica.project())).sort();
const files = async () => (await readdir(join(replica.dir, '.bootdev'), { recursive: true })).sort();

async function killedUp(seconds: number, who: string): Promise<void> {
  const program = [resolve('dist/cli.js'), 'up'];
  const env = { ...process.env, XDG_CONFIG_HOME: replica.dir };
  const running = spawn(process.execPath, program, { cwd: replica.dir, env, stdio: 'ignore', detached: true });
  const ended = once(running, 'exit');
  await Promise.race([pause(seconds * 1000), ended]);
  const pid = running.pid as number;
  if (running.exitCode === null) process.kill(who === 'bootdev' ? pid : -pid, 'SIGKILL');
  await ended;
}

async function expectWhole(): Promise<void> {
  const { machines } = await replica.status();
  expect(machines.filter(({ state, digest, desired }) => state !== 'healthy' || digest !== desired)).toEqual([]);
  expect(await things()).toEqual(whole.things);
  expect(await files()).toEqual(whole.files);
  const unfinished =
    'find /etc/bootdev /bundle /srv/code -maxdepth 2 \\( -name *.new -o -name check.* -o -name .incoming \\)';
  for (const { name } of machines) {
    const left = await docker('exec', await replica.container(name), 'sh', '-fc', `${unfinished} 2>/dev/null; true`);
    expect.soft(left, name).toBe('');
  }
  const answer = await fetch(`${await replica.url()}/`);
  expect(answer.status).toBe(200);
}

describe('from nothing', () => {
  test.each(moments(kills))('%s killed at %d of the run', async (who, part) => {
    await replica.ensure('down', '--volumes', '--yes');
    await killedUp(whole.start * part, who);
    await replica.ensure('up');
    await expectWhole();
  });
});

describe('while a change is applied in place', () => {
  test.each(moments(kills))('%s killed at %d of the run', async (who, part) => {
    const before = await docker('ps', '-q', '--no-trunc', '--filter', `name=${await replica.project()}`);
    const ttl = 20 + Math.round(part * 1000); // each time another one
    await replica.settings(settings(ttl));
    await killedUp(whole.change * part, who);
    await replica.ensure('up');
    await expectWhole();
    expect(await docker('ps', '-q', '--no-trunc', '--filter', `name=${await replica.project()}`)).toBe(before);
    for (const machine of ['web-1', 'web-2']) {
      const conf = ['cat', '/etc/bootdev/current/etc/nginx/cached.conf'];
      expect(await docker('exec', await replica.container(machine), ...conf)).toContain(`BOOTDEV_PAGE_TTL ${ttl};`);
    }
  });
});

describe('while another release of the code is delivered', () => {
  const page = async () => {
    const answer = await fetch(`${await replica.url()}/?${Math.random()}`, { headers: { connection: 'close' } });
    return `${answer.status} ${await answer.text()}`;
  };

  test.each(moments(kills))('%s killed at %d of the run', async (who, part) => {
    const old = await page();
    expect(old).toMatch(/^200 \d+$/);
    const version = 100 + Math.round(part * 1000); // each time another one
    await writeCode(version);
    const seen = new Set<string>();
    let stopped = false;
    const visitor = (async () => {
      while (!stopped) seen.add(await page());
    })();
    try {
      await killedUp(whole.code * part, who);
      await replica.ensure('up');
      await expect.poll(page).toBe(`200 ${version}`); // nginx reloads in the background
    } finally {
      stopped = true;
      await visitor;
    }
    expect([...seen].filter((each) => each !== old && each !== `200 ${version}`)).toEqual([]);
    await expectWhole();
  });
});
