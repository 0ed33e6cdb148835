import { expect, test } from 'vitest';
import { actionsOf } from '../../src/wizard/keys.ts';

test('text that comes at once, with its Enters', () => {
  expect(actionsOf('shop\r\n', {})).toEqual([{ do: 'type', text: 'shop' }, { do: 'next' }, { do: 'next' }]);
  expect(actionsOf('\n', {})).toEqual([{ do: 'next' }]);
  expect(actionsOf('\u0000a\u0007b', {})).toEqual([{ do: 'type', text: 'ab' }]);
});

test.each([
  ['', { upArrow: true }, 'up'],
  ['', { tab: true }, 'nextField'],
  ['', { tab: true, shift: true }, 'previousField'],
  ['', { escape: true, meta: true }, 'back'],
  ['', { delete: true }, 'backspace'],
  ['c', { ctrl: true }, 'cancel'],
  ['d', { ctrl: true }, 'cancel'],
  ['u', { ctrl: true }, 'clear'],
])('%j with %j: %s', (input, key, action) => {
  expect(actionsOf(input, key)).toEqual([{ do: action }]);
});

test('other control keys and Alt do nothing', () => {
  expect(actionsOf('x', { ctrl: true })).toEqual([]);
  expect(actionsOf('x', { meta: true })).toEqual([]);
});
