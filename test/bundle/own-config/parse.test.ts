/** nginx' grammar where it is not what one expects: what hides nothing from nginx must hide nothing from us. */
import { expect, test } from 'vitest';
import { NotNginx, parseNginx } from '../../../src/bundle/own-config/nginx/parse.ts';

test.each<[string, string[][]]>([
  [
    'a b#c; # d;\ne f;',
    [
      ['a', 'b#c'],
      ['e', 'f'],
    ],
  ],
  ['a "b;c" \'d}e\';', [['a', 'b;c', 'd}e']]],
  ['a "b\\"c" \'d\\\'e\' f\\;g;', [['a', 'b"c', "d'e", 'f\\;g']]],
  ['a b}c;', [['a', 'b}c']]],
  ['a b"c;', [['a', 'b"c']]],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx' own
  ['a ${b}c;', [['a', '${b}c']]],
  ['a "\n#b\n";', [['a', '\n#b\n']]],
  ['a\tb\r\nc ;', [['a', 'b', 'c']]],
  ['a "b")c;', [['a', 'b', ')c']]],
  ['', []],
])('%j', (text, expected) => {
  expect(parseNginx(text).map(({ name, args }) => [name, ...args])).toEqual(expected);
});

test('blocks in blocks, and the line where each begins', () => {
  expect(parseNginx('a {\n  b\n    c {\n d; }\n}\ne;')).toEqual([
    {
      name: 'a',
      args: [],
      line: 1,
      block: [{ name: 'b', args: ['c'], line: 2, block: [{ name: 'd', args: [], line: 4 }] }],
    },
    { name: 'e', args: [], line: 6 },
  ]);
});

test.each([
  ['a "b', 1],
  ['a b', 1],
  ['\na {\n b;', 2],
  ['a;\n}', 2],
  ['a;\n;', 2],
  ['\n{ a; }', 2],
  ['a "b"c;', 1],
  ['a b }', 1],
])('%j is refused in line %i', (text, line) => {
  expect(() => parseNginx(text)).toThrow(NotNginx);
  try {
    parseNginx(text);
  } catch (error) {
    expect((error as NotNginx).line).toBe(line);
  }
});
