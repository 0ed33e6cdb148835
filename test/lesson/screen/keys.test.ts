import { expect, test } from 'vitest';
import { actionsOf } from '../../../src/lesson/screen/keys.ts';

test('several keys that come at once, and those that mean nothing', () => {
  expect(actionsOf('sm', {})).toEqual([{ do: 'scheduler' }, { do: 'mode' }]);
  expect(actionsOf('xü', {})).toEqual([]);
  expect(actionsOf('s', { meta: true })).toEqual([]);
  expect(actionsOf('', { escape: true })).toEqual([]);
});

test('Ctrl-C interrupts, Ctrl-D leaves', () => {
  expect(actionsOf('c', { ctrl: true })).toEqual([{ do: 'interrupt' }]);
  expect(actionsOf('d', { ctrl: true })).toEqual([{ do: 'quit' }]);
  expect(actionsOf('s', { ctrl: true })).toEqual([]);
});
