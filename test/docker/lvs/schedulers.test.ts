/** Which machine gets the next connection: the kernel's ten schedulers, set by settings, in a kernel of its own (test/docker/kernel). */
import { describe, expect, test } from 'vitest';
import { isLong } from '../../long.ts';
import { inKernel } from '../kernel/kernel.ts';
import { answered, destinations, type Lvs, lb, type Request, sources, startLvs } from '../kernel/lvs.ts';

let lvs: Lvs;
inKernel(async (image) => {
  lvs = await startLvs(image);
  await lvs.start('lb');
  return lvs;
});

let mark = 0;
const minus = (one: number[], other: number[]) => one.map((number, index) => number - (other[index] ?? 0));

/** Who has answered, once the kernel has counted the same: it sums up every two seconds. */
async function counted(requests: Promise<readonly Request[]>): Promise<number[]> {
  const before = await lvs.stats('lb');
  const seen = answered(await requests);
  await expect.poll(async () => minus(await lvs.stats('lb'), before)).toEqual(seen);
  return seen;
}

/** Requests one after another; then so many that stay open. */
const visit = (requests: number, more = {}) => counted(lvs.visit({ requests, to: [lb], ...more }));
async function hold(requests: number): Promise<number[]> {
  const held = lvs.hold({ requests, to: [lb] });
  try {
    return await counted(held.then(({ requests }) => requests));
  } finally {
    await (await held).release();
  }
}

/**
 * One request after another to three equal machines; to two with the weights 3 and 1; and connections to these that stay open. lc and wlc count those that
 * ended in the last two minutes too: a new director has none.
 */
const spread = [
  ['rr', [50, 50, 50], [100, 100, 0], [40, 40, 0]],
  ['wrr', [50, 50, 50], [150, 50, 0], [60, 20, 0]],
  // Nobody is there whenever the next one comes: all are alike, and one gets everything.
  ['sed', [0, 0, 150], [200, 0, 0], [60, 20, 0]],
  ['nq', [0, 0, 150], [0, 200, 0], [60, 20, 0]],
  ['lc', [50, 50, 50], [100, 100, 0], [40, 40, 0]],
  ['wlc', [50, 50, 50], [150, 50, 0], [60, 20, 0]],
] as const;
// All takes its time in that kernel, ten minutes of it: every run has the first two, and sh.
describe.each(isLong ? spread : spread.slice(0, 2))('%s', (scheduler, equal, weighted, open) => {
  const isNew = scheduler === 'lc' || scheduler === 'wlc';
  async function choose(weights: number[]): Promise<void> {
    if (!isNew) return lvs.choose('lb', scheduler, weights);
    await lvs.kill('lb');
    await lvs.start('lb', { scheduler, weights });
  }

  test('three machines', async () => {
    await choose([]);
    expect(await visit(150)).toEqual(equal);
  });

  test('weights 3 and 1', async () => {
    await choose([3, 1, 0]);
    expect(await visit(200)).toEqual(weighted);
    expect(await hold(80)).toEqual(open);
  });
});

/** How many machines have answered each of thirty visitors (from), or for each of thirty addresses (to). */
const machinesOf = (requests: readonly Request[], key: 'from' | 'to') =>
  (key === 'from' ? sources : destinations).map(
    (address) => new Set(requests.filter((request) => request[key] === address).map(({ server }) => server)).size,
  );
const oneEach = sources.map(() => 1);

test('sh: a visitor stays at his machine, and thirty are at all of them, by weight', async () => {
  await lvs.choose('lb', 'sh', []);
  const visit = () => lvs.visit({ requests: 150, to: [lb], from: sources });
  const equal = await visit();
  expect(machinesOf(equal, 'from')).toEqual(oneEach);
  expect(answered(equal).toSorted()).toEqual([45, 50, 55]);

  await lvs.choose('lb', 'sh', [3, 1, 1]);
  const weighted = visit();
  const [heavy = 0] = await counted(weighted);
  expect(machinesOf(await weighted, 'from')).toEqual(oneEach);
  expect(heavy).toBeGreaterThan(75);
});

if (isLong) {
  test.each([
    ['dh', [50, 50, 50]], // it does not look at weights
    ['lblc', [90, 30, 30]],
    ['lblcr', [90, 30, 30]],
  ] as const)('%s, weights 3, 1 and 1: each of thirty addresses has its machine', async (scheduler, spread) => {
    const service = ++mark;
    await lvs.mark('lb', service, scheduler, [3, 1, 1]);
    const visited = lvs.visit({ requests: 150, to: destinations });
    expect(answered(await visited)).toEqual(spread);
    expect(machinesOf(await visited, 'to')).toEqual(oneEach);
    await expect.poll(() => lvs.stats('lb', 0)).toEqual(spread);
    await lvs.exec('lb', `ipvsadm -D -f ${service}`);
  });

  test.each(['dh', 'lblc', 'lblcr'])('%s: one address has one machine', async (scheduler) => {
    await lvs.choose('lb', scheduler, []);
    expect((await visit(60)).toSorted()).toEqual([0, 0, 60]);
  });

  test.each([
    // It goes elsewhere when its machine has more connections than its weight, and another less than half of that.
    ['lblc', [38, 11, 11]],
    ['lblcr', [20, 20, 20]],
  ])('%s: connections that stay are spread', async (scheduler, spread) => {
    await lvs.kill('lb');
    await lvs.start('lb', { scheduler: scheduler as 'lblc', weights: [10, 10, 10] });
    expect((await hold(60)).toSorted((one, other) => other - one)).toEqual(spread);
  });
}
