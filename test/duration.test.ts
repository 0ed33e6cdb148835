import { expect, test } from 'vitest';
import { formatDuration } from '../src/duration.ts';

test.each([
  [0, '0.0 s'],
  [6.34, '6.3 s'],
  [59.94, '59.9 s'],
  [59.97, '1 min 00 s'],
  [60, '1 min 00 s'],
  [123.4, '2 min 03 s'],
  [119.6, '2 min 00 s'],
  [3725, '62 min 05 s'],
])('%d seconds: %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});
