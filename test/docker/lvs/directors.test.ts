/** Two directors: one has the address, and the other takes it, in a kernel of its own (test/docker/kernel). */
import { expect, test } from 'vitest';
import { inKernel } from '../kernel/kernel.ts';
import { answered, type Lvs, shared, startLvs } from '../kernel/lvs.ts';

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

test.each([
  ['loses its power', 'kill'],
  ['is stopped', 'stop'],
] as const)('the director that has the address %s: nothing that is held breaks', async (_, how) => {
  await expect.poll(async () => (await owners()).length).toBe(1);
  const [owner = ''] = await owners();
  const other = owner === 'director-1' ? 'director-2' : 'director-1';

  const held = lvs.visit({ requests: 12, to: [shared], held: 'yes', again: 10, patience: 5 });
  await expect.poll(() => lvs.exec(owner, 'ipvsadm -L -n')).toMatch(/10.77.0.23:80 .* 4 +\d+ *$/m);
  const load = lvs.visit({ requests: 200, to: [shared], every: 0.05, patience: 5 });
  // The other one hears of a connection at its third packet.
  await expect.poll(() => lvs.exec(other, 'ipvsadm -L -n -c')).toMatch(/ESTABLISHED/);
  await lvs[how](owner);
  await expect.poll(owners).toEqual([other]);

  const lost = (await load).filter(({ error }) => error);
  // A visitor who comes after another: one was just being answered.
  expect(lost.length).toBeLessThanOrEqual(how === 'kill' ? 1 : 0);
  expect(answered(await held)).toEqual([44, 44, 44]);

  // Who comes back leaves the address where it is.
  await lvs.start(owner, two);
  expect(await owners()).toEqual([other]);
});
