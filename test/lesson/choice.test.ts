import { expect, test } from 'vitest';
import { exitCode, type UserError } from '../../src/errors.ts';
import { readChoice } from '../../src/lesson/choice.ts';

test('what nobody says', () => {
  expect(readChoice({})).toEqual({
    ...{ schedulers: ['wlc'], mode: 'fullnat', load: 'held', weights: [3, 1], connections: 80 },
  });
});

test('two schedulers, three weights, and as many connections as the load is for', () => {
  expect(readChoice({ scheduler: 'sed,nq', mode: 'tun', load: 'short', weights: '10,10,0' })).toEqual({
    ...{ schedulers: ['sed', 'nq'], mode: 'tun', load: 'short', weights: [10, 10, 0], connections: 200 },
  });
  expect(readChoice({ load: 'sources', connections: 7 }).connections).toBe(7);
});

test.each([
  [{ scheduler: 'mh' }, '--scheduler mh: there is no such one.'],
  [{ scheduler: '' }, '--scheduler : there is no such one.'],
  [{ scheduler: 'rr,lc,sh' }, '--scheduler takes one, or two with a comma between them.'],
  [{ mode: 'bridge' }, '--mode bridge: there is no such one.'],
  [{ load: 'toString' }, '--load toString: there is no such one.'],
  [{ weights: '1' }, '--weights takes two or 3 whole numbers, of which one is not 0.'],
  [{ weights: '0,0' }, '--weights takes two or 3 whole numbers, of which one is not 0.'],
  [{ weights: '1,1,1,1' }, '--weights takes two or 3 whole numbers, of which one is not 0.'],
  [{ weights: '3,-1' }, '--weights takes two or 3 whole numbers, of which one is not 0.'],
  [{ connections: 0 }, '--connections is a number from 1 to 500.'],
  [{ connections: 501 }, '--connections is a number from 1 to 500.'],
])('%j is wrong usage', (flags, message) => {
  expect(() => readChoice(flags)).toThrow(message);
  try {
    readChoice(flags);
  } catch (error) {
    expect((error as UserError).code).toBe(exitCode.usage);
    expect((error as UserError).hint).toBeTruthy();
  }
});
