/** .bootdevignore beside git itself, which reads the same file as its own (--exclude-per-directory). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { manifestEntries } from '../../src/bundle/manifest.ts';
import { walk } from '../../src/project/release/walk.ts';

/** Names are bytes. `rules`: folder → the text of its file. */
async function taken(names: readonly string[], rules: Record<string, string>) {
  const root = mkdtempSync(`${tmpdir()}/bootdev-ignore-`);
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
  const write = (name: string, text: string) => {
    mkdirSync(at(dirname(name)), { recursive: true });
    writeFileSync(at(name), Buffer.from(text, 'latin1'));
  };
  for (const name of names) write(name, 'x');
  for (const [folder, text] of Object.entries(rules)) write(`${folder ? `${folder}/` : ''}.bootdevignore`, text);
  const { manifest, leftOut } = await walk(root);
  const ours = [...manifestEntries(manifest)].map(({ path }) => path);
  execFileSync('git', ['init', '--quiet', root]);
  const list = ['-C', root, 'ls-files', '-z', '--others', '--exclude-per-directory=.bootdevignore'];
  const git = execFileSync('git', list).toString('latin1').split('\0').filter(Boolean);
  return { ours, git: git.filter((name) => !name.endsWith('.bootdevignore')).sort(), leftOut };
}

const names = [
  ...[
    'index.php',
    'debug.log',
    'keep.log',
    'a/debug.log',
    'a/b/debug.log',
    'a/build/x',
    'build/x',
    'build/keep/y',
    'a/b/c/d',
  ],
  ...[
    'caf\xe9.txt',
    'cafe.txt',
    'a\\b.php',
    'a b',
    'end ',
    '#hash',
    '!bang',
    'CASE.TXT',
    'case.txt',
    '[x]/y',
    '[x]/z',
    'a/x/z',
  ],
  ...['doc/a.md', 'doc/deep/a.md', 'doc/deep/b.txt', 'tmp/.keep', 'tmp/x', '*star', 'xstar'],
];

test.each<[string, Record<string, string>]>([
  ['a name anywhere', { '': '*.log\n' }],
  ['all but one', { '': '*.log\n!keep.log\n' }],
  ['the last pattern counts', { '': '!keep.log\n*.log\n' }],
  ['nothing below an ignored folder comes back', { '': 'build/\n!build/keep/\n!build/keep/y\n' }],
  ['what is in a folder, but for one', { '': 'build/*\n!build/keep/\n' }],
  ['anchored', { '': '/debug.log\n/a/build\n' }],
  ['a slash inside anchors too', { '': 'a/debug.log\ndoc/*.md\n' }],
  ['two stars', { '': 'doc/**/*.md\n**/d\na/**\n!a/x\n' }],
  ['a folder alone', { '': 'index.php/\nbuild/\n' }],
  ['bytes, not characters', { '': 'caf?.txt\n' }],
  ['a name that is not UTF-8', { '': 'caf\xe9.txt\n' }],
  ['an escaped backslash', { '': 'a\\\\b.php\n' }],
  ['upper and lower case', { '': 'CASE.TXT\n' }],
  ['spaces at the end', { '': 'a b   \nend\\ \n' }],
  ['comments and empty lines', { '': '# *.php\n\n\\#hash\n\\!bang\n' }],
  ['lines of Windows, and a mark at the start', { '': '\xef\xbb\xbf*.log\r\ncase.txt\r\n' }],
  ['a file in a folder', { a: '*.log\n/build\n' }],
  ['a deeper file has the last word', { '': '*.log\n', a: '!debug.log\n', 'a/b': 'debug.log\n' }],
  ['of a folder that the top leaves out', { '': 'a/\n', a: '!debug.log\n' }],
  ['a folder that a deeper file brings back', { '': 'build/\n', a: '!build/\n' }],
  ['anchored in a folder', { doc: 'deep/a.md\n/b.txt\n' }],
  ['in a folder whose name is a pattern', { '[x]': 'y\n/z\n' }],
  ['a star that is a name', { '': '\\*star\n' }],
  ['a class', { '': '[a-c]*.[!t]*\n' }],
])('%s', async (_, rules) => {
  const { ours, git } = await taken(names, rules);
  expect(ours).toEqual(git);
  expect(ours.length).toBeLessThan(names.length); // the rules said something
});

test('random patterns', async () => {
  let seed = 7;
  const random = (count: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * count);
  };
  const part = () => ['a', 'b', '*', '?', 'a*', '*b', '**', 'build', '*.log', '[ab]'][random(10)] as string;
  const pattern = () =>
    `${['', '', '!'][random(3)]}${['', '', '/'][random(3)]}${Array.from({ length: 1 + random(3) }, part).join('/')}${['', '', '/'][random(3)]}`;
  const tree = ['a', 'b', 'x.log', 'build'].flatMap((one) =>
    ['a', 'b', 'y.log'].flatMap((two) => ['a', 'b.log', 'build'].map((three) => `${one}/${two}/${three}`)),
  );
  for (let run = 0; run < 30; run++) {
    const text = () => `${Array.from({ length: 1 + random(4) }, pattern).join('\n')}\n`;
    const rules = { '': text(), a: text(), 'a/b': text() };
    const { ours, git } = await taken(tree, rules);
    expect(ours, JSON.stringify(rules)).toEqual(git);
  }
});
