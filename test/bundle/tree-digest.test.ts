/** The digest of a tree, by the shell of the machines and by TypeScript: of any names that a file can have, but a line break. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256, treeManifest } from '../../src/bundle/digest.ts';
import type { TreeEntry } from '../../src/bundle/files.ts';
import { needs } from '../needs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootdev-tree-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inShell = (text: string) =>
  execFileSync(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', `. docker/roles/base/tree-digest.sh; ${text}`, '-', folder],
    {
      stdio: 'pipe',
    },
  );
const manifestInShell = () => inShell('tree_manifest "$1"');

function write(entries: readonly TreeEntry[]): void {
  for (const { path, mode, bytes } of entries) {
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path as string)]);
    mkdirSync(dirname(join(folder, path.toString())), { recursive: true });
    if (mode === '120000') symlinkSync(bytes, file);
    else {
      writeFileSync(file, bytes);
      chmodSync(file, Number.parseInt(mode, 8));
    }
  }
}

const file = (path: string | Uint8Array, text = 'x', mode: '0644' | '0755' = '0644'): TreeEntry => ({
  path,
  mode,
  bytes: Buffer.from(text),
});
const link = (path: string, to: string | Buffer): TreeEntry => ({
  path,
  mode: '120000',
  bytes: Buffer.from(to as string),
});

// GNU's find and coreutils, as on every machine; the shell that runs there is no other.
describe('shell and TypeScript agree', () => {
  needs(process.platform === 'linux', "GNU's find and coreutils");
  const trees: [string, TreeEntry[]][] = [
    ['of nothing', []],
    ['of links alone', [link('dangling', '/nowhere/at/all'), link('self', 'self')]],
    ['with spaces', [file('a b'), file(' before'), file('after '), file('two  of them/x  y'), file('tab\there')]],
    ['with backslashes', [file('a\\b.php'), file('\\'), file('n\\n'), file('dir\\/x')]],
    ['that look like options', [file('-o'), file('-'), file('--help'), file('-dir/-rf')]],
    [
      'that a shell would expand',
      [file('*'), file('$(id)'), file('`id`'), file("it's"), file('"'), file('[a]'), file('@')],
    ],
    ['not in ASCII', [file('ä'), file('日本'), file('🙂/x'), file('a\u0301')]],
    ['not in UTF-8', [file(Buffer.from('caf\xe9.txt', 'latin1')), file(Buffer.from([0xff])), file('café.txt')]],
    [
      'in the order of bytes',
      [file('b'), file('a/z'), file('B'), file('a.z'), file('a b'), file('a'.repeat(200)), file('Z/\u00ff')],
    ],
    ['with modes and empty files', [file('run', '#!/bin/sh\n', '0755'), file('empty', ''), file('zero', '\0')]],
    [
      'with links',
      [
        file('sub/x'),
        link('to-file', 'sub/x'),
        link('to-folder', 'sub'),
        link('sub/up', '..'),
        link('- b\\', 'a b\\c\n'),
        link('latin', Buffer.from([0xe9])),
      ],
    ],
  ];

  test.each(trees)('names %s', (_, entries) => {
    write(entries);
    const shuffled = [...entries].reverse();
    expect(manifestInShell().toString('latin1')).toBe(treeManifest(shuffled).toString('latin1'));
    expect(inShell('tree_digest "$1"').toString()).toBe(`${sha256(treeManifest(entries))}\n`);
  });

  test('of some thousand files', () => {
    const entries = Array.from({ length: 3000 }, (_, index) => file(`${index % 7}/${index * 7919}`, String(index)));
    write(entries);
    expect(inShell('tree_digest "$1"').toString()).toBe(`${sha256(treeManifest(entries))}\n`);
  });
});

describe('the shell', () => {
  needs(process.platform === 'linux', "GNU's find and coreutils");
  test('does not see empty folders, as 0.1.0 did not', () => {
    write([file('a')]);
    inShell('mkdir -p "$1/empty/deep"');
    expect(manifestInShell().toString()).toBe(treeManifest([file('a')]).toString());
  });

  test.each(['a\nb', 'a\nb/c', `x\n0644 ${'0'.repeat(64)} y`])('refuses the line break of %j', (name) => {
    write([file(name)]);
    expect(() => manifestInShell()).toThrow('has a line break');
    expect(() => inShell('tree_digest "$1"')).toThrow('has a line break');
  });

  test('has a line for what is neither file nor link, so that the tree is another', () => {
    write([file('a')]);
    inShell('mkfifo "$1/pipe"');
    expect(manifestInShell().toString()).toBe(`${treeManifest([file('a')])}p - pipe\n`);
  });

  test('fails where there is no such tree', () => {
    expect(() => inShell('tree_digest "$1/none"')).toThrow('No such file');
  });
});
