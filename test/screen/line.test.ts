import { expect, test } from 'vitest';
import { clean, inAscii, justify, span, textOf, truncate, wrap, written } from '../../src/screen/line.ts';

test('foreign text cannot move the cursor or break the line', () => {
  expect(clean('\u001b[2J\u001b[31mred\u001b[0m\r\n\tnext\u0007 ')).toBe('red next');
  expect(clean('abcdef', 4)).toBe('abc…');
});

test('what is painted cannot move the cursor either, whoever forgot to clean it', () => {
  const line = [span('a\u001b[2J\u009b1;1H\rb\u202ec', 'good')];
  expect(written(line, { colour: false, ascii: false })).toBe('a [2J 1;1H b c');
  expect(written(line, { colour: true, ascii: false }).match(/\p{Cc}/gu)).toEqual(['\u001b', '\u001b']);
});

test('cutting leaves what fits', () => {
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abc', 1)).toBe('…');
  expect(truncate('abc', 0)).toBe('');
});

test('two edges, or the left one alone', () => {
  expect(textOf(justify([span('left')], [span('right')], 12))).toBe('left   right');
  expect(textOf(justify([span('left')], [span('right')], 9))).toBe('left');
});

test('words wrap, a long one stays whole', () => {
  expect(wrap('see http://shop.localhost:8080/a/long/path now', 10)).toEqual([
    'see',
    'http://shop.localhost:8080/a/long/path',
    'now',
  ]);
  expect(wrap('one\ntwo', 80)).toEqual(['one', 'two']);
});

test('every glyph of ours has one ASCII character in its place', () => {
  const glyphs = '✓✗●·❯▸…≈→—↑↓─│┬├┼└┤┴┘▏';
  expect(inAscii(glyphs)).toMatch(/^[\x21-\x7e]+$/);
  expect(inAscii(glyphs)).toHaveLength(glyphs.length);
  expect(inAscii('Café')).toBe('Café');
});

test('colours only where asked', () => {
  const line = [span('✓', 'good'), span(' mysql  ')];
  expect(written(line, { colour: false, ascii: true })).toBe('+ mysql');
  expect(written(line, { colour: true, ascii: false })).toBe('\u001b[32m✓\u001b[0m mysql');
});
