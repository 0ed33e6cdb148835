import { expect, test } from 'vitest';
import { clean, inAscii, justify, span, textOf, written } from '../../src/screen/line.ts';

test('text of others cannot move the cursor or break the line', () => {
  expect(clean('\u001b[2J\u001b[31mred\u001b[0m\r\n\tnext\u0007 ')).toBe('red next');
  expect(clean('abcdef', 4)).toBe('abc…');
});

test('what is painted cannot move the cursor either, whoever forgot to clean it', () => {
  const line = [span('a\u001b[2J\u009b1;1H\rb\u202ec', 'good')];
  expect(written(line, { colour: false, ascii: false })).toBe('a [2J 1;1H b c');
  expect(written(line, { colour: true, ascii: false }).match(/\p{Cc}/gu)).toEqual(['\u001b', '\u001b']);
});

test('two edges, or the left one alone', () => {
  expect(textOf(justify([span('left')], [span('right')], 12))).toBe('left   right');
  expect(textOf(justify([span('left')], [span('right')], 9))).toBe('left');
});

test('each of our glyphs has one ASCII character in its place', () => {
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
