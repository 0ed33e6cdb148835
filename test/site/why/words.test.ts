import { expect, test } from 'vitest';
import { ago } from '../../../src/site/why/words.ts';

test.each([
  [-3, '0 s'],
  [59, '59 s'],
  [130, '2 min 10 s'],
  [3600, '1 h'],
  [7260, '2 h 1 min'],
  [90_000, '1 d 1 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(ago(seconds)).toBe(words);
});
