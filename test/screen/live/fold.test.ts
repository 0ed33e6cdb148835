import { expect, test } from 'vitest';
import type { Event } from '../../../src/events.ts';
import { emptyScreen, fold, type Screen, slowest } from '../../../src/screen/live/fold.ts';
import { begin, halfway } from '../events.ts';

const after = (...events: Event[]): Screen =>
  events.reduce((screen, event, at) => fold(screen, event, at), emptyScreen);

test('rows keep the order of the first event, a new machine comes last', () => {
  const screen = after(
    begin,
    { type: 'machine', name: 'mysql', state: 'healthy' },
    { type: 'machine', name: 'new', state: 'starting' },
  );
  expect(screen.machines.map(({ name }) => name).slice(3)).toEqual([
    'admin',
    'mysql',
    'memcached-1',
    'memcached-2',
    's3',
    'mail',
    'new',
  ]);
  expect(screen.machines[4]).toMatchObject({ state: 'healthy', since: 1 });
});

test('other machines than the first event said: the bundle and the rows are new, what is known of a machine stays', () => {
  const screen = after(
    begin,
    { type: 'machine', name: 'lb', state: 'healthy' },
    { type: 'machines', root: 'f'.repeat(64), machines: ['lb', 'web-9'] },
  );
  expect(screen.root).toBe('f'.repeat(64));
  expect(screen.machines).toMatchObject([
    { name: 'lb', state: 'healthy' },
    { name: 'web-9', state: 'waiting' },
  ]);
});

test('the time of a machine begins when it no longer waits', () => {
  const waiting: Event = { type: 'machine', name: 'lb', state: 'waiting' };
  const screen = after(begin, waiting, { ...waiting, state: 'starting' }, { ...waiting, state: 'healthy' });
  expect(screen.machines[0]).toMatchObject({ since: 2 });
});

test('a step without a measured time is measured here', () => {
  const step: Event = { type: 'step', id: 'loader', text: 'write bundle', state: 'start' };
  expect(after(begin, step, begin, { ...step, state: 'done' }).steps).toMatchObject([{ since: 1, seconds: 2 }]);
});

test('only the end of a log is kept', () => {
  const lines = Array.from({ length: 50 }, (_, index): Event => ({ type: 'log', source: 'mysql', line: `${index}` }));
  const kept = after(...lines, { type: 'log', source: 'mysql', line: ' ' }).logs.get('mysql');
  expect(kept).toHaveLength(20);
  expect(kept?.at(-1)).toBe('49');
});

test('the slowest: unfinished and logging, else unfinished for the longest time', () => {
  expect(slowest(after(...halfway))).toBe('mysql');
  const two: Event[] = [
    { type: 'machine', name: 'lb', state: 'starting' },
    { type: 'machine', name: 's3', state: 'starting' },
  ];
  expect(slowest(after(begin, ...two))).toBe('lb');
  expect(slowest(after(begin, ...two, { type: 'log', source: 's3', line: 'hello' }))).toBe('s3');
  expect(slowest(after(begin, ...two, { type: 'log', source: 'mail', line: 'hello' }))).toBe('lb');
  expect(slowest(after(begin))).toBeUndefined();
});

test('the screen before is not changed', () => {
  const before = after(...halfway);
  const copy = structuredClone(before);
  fold(before, { type: 'log', source: 'mysql', line: 'more' }, 9);
  fold(before, { type: 'machine', name: 'mysql', state: 'failed' }, 9);
  expect(before).toEqual(copy);
});
