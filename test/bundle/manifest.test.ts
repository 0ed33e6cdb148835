import { expect, test } from 'vitest';
import { sha256, treeManifest } from '../../src/bundle/digest.ts';
import type { TreeEntry } from '../../src/bundle/files.ts';
import { changedSince, ManifestWriter, manifestEntries, withoutPaths } from '../../src/bundle/manifest.ts';

const file = (path: string, text = path): TreeEntry => ({ path, mode: '0644', bytes: Buffer.from(text) });
const lines = (entries: Iterable<{ mode: string; path: string }>) =>
  [...entries].map(({ mode, path }) => `${mode} ${path}`);

/** Anywhere, as a file is read. */
const bytewise = (bytes: Buffer) => Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));

test('is read as it was written, with names of any bytes', () => {
  const entries: TreeEntry[] = [
    file(' a  b '),
    { path: Buffer.from('caf\xe9', 'latin1'), mode: '0755', bytes: Buffer.from('#!') },
    { path: 'link', mode: '120000', bytes: Buffer.from('to') },
  ];
  const manifest = treeManifest(entries);
  expect(lines(manifestEntries([manifest]))).toEqual(['0644  a  b ', '0755 caf\xe9', '120000 link']);
  const again = new ManifestWriter();
  for (const entry of manifestEntries([manifest])) again.add(entry);
  expect(Buffer.concat(again.end()).equals(manifest)).toBe(true);
});

test('of hundreds of thousands of entries', () => {
  const writer = new ManifestWriter();
  const path = (index: number) => `folder/${String(index).padStart(6, '0')}`;
  for (let index = 0; index < 200_000; index++) writer.add({ mode: '0644', sha256: sha256('x'), path: path(index) });
  const last = [...manifestEntries(writer.end())].at(-1);
  expect(last).toEqual({ mode: '0644', sha256: sha256('x'), path: path(199_999) });
});

test('what is not as in another one', () => {
  const base = treeManifest([file('a'), file('b'), file('c'), file('d/x'), file('same')]);
  const now = treeManifest([
    file('a', 'other'),
    { ...file('b'), mode: '0755' },
    file('d/x'),
    file('d/y'),
    file('first', 'new'),
    file('same'),
  ]);
  expect(lines(changedSince([base], bytewise(now)))).toEqual(['0644 a', '0755 b', '0644 d/y', '0644 first']);
  expect([...changedSince(bytewise(now), [now])]).toEqual([]);
  expect(lines(changedSince([], [base]))).toHaveLength(5);
});

test.each(['x', '\n', 'no line', '0644 \n\n  \n', `${'0'.repeat(300)}`])(
  'a file that is none is no reason to stop: %j',
  (text) => {
    const now = treeManifest([file('a')]);
    expect(lines(changedSince([Buffer.from(text)], [now]))).toEqual(['0644 a']);
  },
);

test('without some', () => {
  const manifest = treeManifest([file('a'), file('b'), file('c')]);
  expect(Buffer.concat(withoutPaths([manifest], new Set(['b']))).equals(treeManifest([file('a'), file('c')]))).toBe(
    true,
  );
});
