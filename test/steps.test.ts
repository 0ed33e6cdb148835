import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Event } from '../src/events.ts';
import { logged, metered, step } from '../src/steps.ts';

async function collect<Result>(events: AsyncGenerator<Event, Result>) {
  const seen: Event[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) return { seen, result: next.value };
    seen.push(next.value);
  }
}

async function* lines(...all: string[]): AsyncGenerator<string, number> {
  yield* all;
  return all.length;
}

test('a step says that it begins, its log, its end and how long it took', async () => {
  const work = step({ id: 'x', text: 'work', done: (count) => `${count} lines` }, () => logged('x', lines('a', 'b')));
  const { seen, result } = await collect(work);
  expect(result).toBe(2);
  expect(seen).toEqual([
    { type: 'step', id: 'x', text: 'work', state: 'start' },
    { type: 'log', source: 'x', line: 'a' },
    { type: 'log', source: 'x', line: 'b' },
    { type: 'step', id: 'x', text: '2 lines', state: 'done', seconds: expect.any(Number) },
  ]);
});

test('a result may be a failure without being thrown', async () => {
  const work = step({ id: 'x', text: 'look', failed: (count: number) => count > 1 }, async () => 2);
  const { seen, result } = await collect(work);
  expect(result).toBe(2);
  expect(seen.at(-1)).toMatchObject({ state: 'failed', text: 'look' });
});

test('the last lines are kept for whoever explains a failure', async () => {
  const last: string[] = [];
  const all = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  await collect(logged('x', lines(...all), last));
  expect(last).toEqual(all.slice(5));
});

test.each([
  ['a promise', () => Promise.reject(new Error('no'))],
  [
    'a throw',
    () => {
      throw new Error('no');
    },
  ],
])('%s that fails: said, and thrown on', async (_name, work) => {
  const states: string[] = [];
  const run = async () => {
    for await (const event of step({ id: 'x', text: 'work' }, work))
      if (event.type === 'step') states.push(event.state);
  };
  await expect(run()).rejects.toThrow('no');
  expect(states).toEqual(['start', 'failed']);
});

test('a metered step says how far it is, and ends as its work does', async () => {
  const work = metered({ id: 'x', text: 'copy', total: 9, done: (said: string) => said }, async (count) => {
    count(3);
    await setTimeout(600);
    count(6);
    return 'copied';
  });
  const { seen, result } = await collect(work);
  expect(result).toBe('copied');
  const progress = seen.filter(({ type }) => type === 'progress');
  expect(progress.length).toBeGreaterThanOrEqual(1);
  expect(progress[0]).toEqual({
    type: 'progress',
    id: 'x',
    text: 'copy',
    bytes: 3,
    total: 9,
    seconds: expect.any(Number),
  });
  expect(seen.at(-1)).toMatchObject({ type: 'step', text: 'copied', state: 'done' });
});

test('a metered step fails as its work does', async () => {
  const work = metered({ id: 'x', text: 'copy' }, async () => {
    throw new Error('full');
  });
  await expect(collect(work)).rejects.toThrow('full');
});
