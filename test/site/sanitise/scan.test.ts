import { describe, expect, it, test } from 'vitest';
import { LeakScanner } from '../../../src/site/sanitise/scan.ts';

function scan(text: string, size = 7) {
  const scanner = new LeakScanner();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
  return scanner.end();
}
const row = (value: string, table = 'wp_posts') => `INSERT INTO \`${table}\` VALUES (1,'${value}');\n`;
const hex = (text: string) => `0x${Buffer.from(text).toString('hex')}`;

test.each([
  ['john@acme.com', 'mail address'],
  ['a:1:{s:4:"mail";s:13:"john@acme.com";}', 'mail address'],
  [String.raw`line\njohn@acme.co.uk.`, 'mail address'],
  ['john@acme.com_x', 'mail address'],
  ['$P$BxxYYzz0123456789abcdefghijklmn', 'hash of a password'],
  [`$2y$10$${'a1B2'.repeat(13)}`, 'hash of a password'],
  ['sk_live_0123456789abcdef', 'key'],
  ['AKIAIOSFODNN7EXAMPLE', 'key'],
])('%s is a leak', (value, kind) => {
  expect(scan(row(value))).toEqual([{ table: 'wp_posts', kind, count: 1 }]);
});

test.each([
  'user-7@example.invalid',
  'xxxx@xxxx.xxx',
  String.raw`line\nxxxx@xxxx.xxx`,
  'logo@2x.png and logo@2x.min.css',
  'npm i left-pad@1.2.3',
  '@handle at medium.com/@john',
  '!',
])('%s is none', (value) => {
  expect(scan(row(value))).toEqual([]);
});

test('a word of two million letters is looked through once, and what follows it is found', () => {
  // With a name that may begin at each letter: hours.
  const long = 'a1'.repeat(1_000_000);
  expect(scan(row(`${long} ${hex(long)} john@acme.com`), 65_536)).toEqual([
    { table: 'wp_posts', kind: 'mail address', count: 1 },
  ]);
});

describe('a dump', () => {
  it('is read in pieces of any size, rows over several lines, each in its table', () => {
    const dump = `${row('a@b.de', 'one')}INSERT INTO \`two\` VALUES\n(1,'c@d.fr'),\n(2,'e@f.it');\n-- Host: g@h.org\n`;
    for (const size of [1, 2, 13, 1000]) {
      expect(scan(dump, size)).toEqual([
        { table: 'two', kind: 'mail address', count: 2 },
        { table: 'one', kind: 'mail address', count: 1 },
        { table: '', kind: 'mail address', count: 1 },
      ]);
    }
  });

  it('is looked at in its blobs too', () => {
    expect(scan(`INSERT INTO \`config\` VALUES ('x',${hex('a:1:{i:0;s:13:"john@acme.com";}')});\n`)).toMatchObject([
      { count: 1 },
    ]);
  });
});
