import stringWidth from 'string-width';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { columnsOf, isNarrow, loadWideText, pad, truncate, wrap } from '../../src/screen/width.ts';

test('truncating leaves what fits', () => {
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abc', 1)).toBe('…');
  expect(truncate('abc', 0)).toBe('');
  expect(truncate('one two', 5)).toBe('one…');
});

test('words wrap, a long one stays whole', () => {
  expect(wrap('see http://shop.localhost:8080/a/long/path now', 10)).toEqual([
    'see',
    'http://shop.localhost:8080/a/long/path',
    'now',
  ]);
  expect(wrap('one\ntwo', 80)).toEqual(['one', 'two']);
});

test('a narrow character is one that string-width too takes for one column', () => {
  const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  const narrow = all.filter(isNarrow);
  expect(narrow.length).toBeGreaterThan(1000);
  expect(narrow.filter((character) => stringWidth(character) !== 1)).toEqual([]);
  expect(isNarrow('2 × t3.small → 日本')).toBe(false);
});

describe('wide text', () => {
  beforeAll(loadWideText);

  test.each([
    ['日本', 4],
    ['café', 4],
    ['cafe\u0301', 4],
    ['👩‍💻 ok', 5],
    ['✅', 2],
    ['✓', 1],
  ])('columns of %s', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  test.each([
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['ab 日本', 4, 'ab…'],
    ['👩‍💻👩‍💻👩‍💻', 5, '👩‍💻👩‍💻…'],
  ])('%s in %i columns', (text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
    expect(columnsOf(truncate(text, columns))).toBeLessThanOrEqual(columns);
  });

  test('padded and wrapped by columns', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('日本', 2)).toBe('日本');
    expect(wrap('日本 日本 ok', 8)).toEqual(['日本', '日本 ok']);
  });
});

test('before it is loaded, a length is all there is', async () => {
  vi.resetModules();
  const fresh = await import('../../src/screen/width.ts');
  expect(fresh.columnsOf('日本')).toBe(2);
  await fresh.loadWideText();
  expect(fresh.columnsOf('日本')).toBe(4);
});
