/** Two directors: one has the address, and the other takes it, in a kernel of its own (test/docker/kernel). */
import { expect, test } from 'vitest';
import { inKernel } from '../kernel/kernel.ts';
import { answered, type Lvs, type Request, shared, startLvs } from '../kernel/lvs.ts';

const two = { directors: 2, scheduler: 'rr' } as const;

let lvs: Lvs;
inKernel(async (image) => {
  lvs = await startLvs(image);
  for (const name of ['director-1', 'director-2']) await lvs.start(name, two);
  return lvs;
});

async function owners(): Promise<string[]> {
  const all = ['director-1', 'director-2'];
  const found = await Promise.all(all.map((name) => lvs.kernel.run(`machine exec ${name} ip -4 address`)));
  return all.filter((_, index) => found[index]?.output.includes(`${shared}/`));
}

/** A visitor who comes every 50 ms, and one director's end. `moved`: seconds from that until the other one has the address, by the kernel's clock. */
async function failover(owner: string, other: string, how: 'kill' | 'stop') {
  const { requests, output } = await lvs.meanwhile(
    { requests: 200, to: [shared], every: 0.05, patience: 5 },
    `machine exec ${other} timeout 60 ip -tshort monitor address >/run/moved 2>&1 &
    sleep 3
    machine ${how} ${owner}`,
  );
  const ended = Number(/^\d+\.\d+$/m.exec(output)?.[0]);
  const monitor = await lvs.kernel.exec('cat /run/moved');
  const moments = [...monitor.matchAll(/^\[(\S+)\] *\d+: eth0 +inet 10\.77\.0\.254/gm)].map(
    ([, moment]) => Date.parse(`${moment}Z`) / 1000 - ended,
  );
  return { requests, moved: moments.find((moment) => moment > 0) ?? Number.NaN };
}

/** The longest time without an answer. */
function longestGap(requests: readonly Request[]): number {
  const answers = requests.map(({ at, took = 0 }) => at + took);
  return Math.max(...answers.map((answer, index) => answer - (answers[index - 1] ?? answer)));
}

test.for([
  ['loses its power', 'kill'],
  ['is stopped', 'stop'],
] as const)('the director that has the address %s: nothing that is held breaks', async ([says, how], { task }) => {
  await expect.poll(async () => (await owners()).length).toBe(1);
  const [owner = ''] = await owners();
  const other = owner === 'director-1' ? 'director-2' : 'director-1';

  let isHeld = true;
  const held = lvs.visit({ requests: 12, to: [shared], held: 'yes', again: 25, patience: 5 });
  held.finally(() => (isHeld = false)).catch(() => undefined);
  await expect.poll(() => lvs.exec(owner, 'ipvsadm -L -n')).toMatch(/10.77.0.23:80 .* 4 +\d+ *$/m);
  // The other one hears of a connection at its third packet.
  await expect.poll(() => lvs.exec(other, 'ipvsadm -L -n -c')).toMatch(/ESTABLISHED/);
  const { requests, moved } = await failover(owner, other, how);
  expect(isHeld).toBe(true);
  expect(await owners()).toEqual([other]);

  const lost = requests.filter(({ error }) => error).length;
  const gap = longestGap(requests);
  task.meta.figure = `two directors, one ${says}: the other has the address after ${moved.toFixed(2)} s, at most ${gap.toFixed(2)} s without an answer, ${lost} of 200 lost`;
  console.log(task.meta.figure);
  // A visitor who comes after another: one was just being answered.
  expect(lost).toBeLessThanOrEqual(how === 'kill' ? 1 : 0);
  // 0.6 s by their settings, and half a second more for a busy computer; a visitor who came meanwhile asks again after 1 s (TCP).
  expect(moved).toBeLessThan(1.1);
  expect(gap).toBeLessThan(1.6);
  expect(answered(await held)).toEqual([104, 104, 104]);

  // Who comes back leaves the address where it is.
  await lvs.start(owner, two);
  expect(await owners()).toEqual([other]);
});
