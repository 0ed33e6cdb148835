/** A director and machines that come and go under load, in a kernel of its own (test/docker/kernel). */
import { describe, expect, test } from 'vitest';
import { inKernel } from '../kernel/kernel.ts';
import { answered, type Lvs, lb, type Request, startLvs } from '../kernel/lvs.ts';

let lvs: Lvs;
inKernel(async (image) => {
  lvs = await startLvs(image);
  await lvs.start('lb', { scheduler: 'rr' });
  return lvs;
});

/** A visitor's requests one after another at a steady pace, while something happens to the machines. */
async function underLoad(requests: number, happens: () => Promise<unknown>): Promise<Request[]> {
  const visited = lvs.visit({ requests, to: [lb], every: 0.05, patience: 2 });
  await happens();
  return visited;
}
const inTable = (number: number) => `ipvsadm -L -n | grep -q -- "-> 10.77.0.2${number}:80 "`;
/** Seconds until the table has a machine, or has it no more. */
const since = async (happens: string, is: string) =>
  Number(
    await lvs.kernel.exec(`
      started=$(date +%s%3N)
      ${happens}
      machine wait lb '${is}'
      echo $(($(date +%s%3N) - started))`),
  ) / 1000;

test('a machine whose web machine answers no more is out under load, and in again with its next answer', async ({
  task,
}) => {
  let out = Number.NaN;
  const requests = await underLoad(300, async () => {
    out = await since('ip -n web address delete 10.77.0.32/24 dev eth0', `! ${inTable(2)}`);
    await since('ip -n web address add 10.77.0.32/24 dev eth0', inTable(2));
  });
  task.meta.figure = `LVS: a machine that answers no more is out of the table after ${out} s`;
  console.log(task.meta.figure);
  // Those that it got before it was out.
  const failed = requests.flatMap(({ error, server }, index) => (error || !server ? [index] : []));
  expect((failed.at(-1) ?? 0) - (failed[0] ?? 0)).toBeLessThan(100);
  expect(answered(await lvs.visit({ requests: 30, to: [lb] }))).toEqual([10, 10, 10]);
});

test('a machine without power is out, and in again when it has started', async () => {
  await since('machine kill tls-3', `! ${inTable(3)}`);
  expect(answered(await lvs.visit({ requests: 30, to: [lb] }))).toEqual([15, 15, 0]);
  await lvs.start('tls-3');
  await lvs.kernel.exec(`machine wait lb '${inTable(3)}'`);
  expect(answered(await lvs.visit({ requests: 30, to: [lb] }))).toEqual([10, 10, 10]);
});

describe('servers.sh', () => {
  const servers = (command: string) => lvs.exec('lb', `/etc/bootdev/current/roles/director/servers.sh ${command}`);

  test('a machine that is drained keeps its connections and gets no new one', async () => {
    const held = lvs.visit({ requests: 9, to: [lb], held: 'yes', again: 5 });
    await expect.poll(() => lvs.exec('lb', 'ipvsadm -L -n')).toMatch(/10.77.0.22:80 .* 3 +\d+ *$/m);
    const drained = servers('drain 10.77.0.22');
    await expect.poll(() => servers('up')).toBe('2');
    expect(answered(await lvs.visit({ requests: 30, to: [lb] }))).toEqual([15, 0, 15]);
    expect(answered(await held)).toEqual([18, 18, 18]);
    await drained;
    await servers('ready');
    expect(await servers('up')).toBe('3');
    expect(answered(await lvs.visit({ requests: 30, to: [lb] }))).toEqual([10, 10, 10]);
  });
});

test('another scheduler, other weights: the next connections go by them, and those that are open stay', async () => {
  const held = lvs.visit({ requests: 9, to: [lb], held: 'yes', again: 12 });
  await expect.poll(() => lvs.exec('lb', 'ipvsadm -L -n')).toMatch(/10.77.0.22:80 .* 3 +\d+ *$/m);
  await lvs.apply('lb', { scheduler: 'wrr', weights: [3, 2, 1] });
  await lvs.kernel.exec(`machine wait lb 'ipvsadm -S -n | grep -q -- "10.77.0.22:80 -m -w 2"'`);
  expect(answered(await lvs.visit({ requests: 60, to: [lb] }))).toEqual([30, 20, 10]);
  expect(answered(await held)).toEqual([39, 39, 39]);
});

test('by HTTPS, and what the roles say of themselves', async () => {
  await lvs.apply('lb', { scheduler: 'rr', weights: [] });
  await lvs.kernel.exec(`machine wait lb 'ipvsadm -S -n | grep -q -- ":443 -s rr"'`);
  expect(answered(await lvs.visit({ requests: 6, to: [lb], port: 443, tls: true }))).toEqual([2, 2, 2]);
  expect(await lvs.exec('lb', '/etc/bootdev/current/roles/director/stats.sh')).toMatch(
    /^\d+ conn\/s · \d+ open · 3 machines$/,
  );
  await lvs.exec('lb', '/etc/bootdev/current/roles/director/health.sh');
});
