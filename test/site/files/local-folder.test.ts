import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, test } from 'vitest';
import { makeTar } from '../../../src/bundle/tar.ts';
import { UserError } from '../../../src/errors.ts';
import { listLocal, tarEntries } from '../../../src/site/files/local-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bootdev-local-'));
  await writeFile(join(root, 'a'), 'first');
  await writeFile(join(root, 'b'), Buffer.alloc(600_000, 7));
});

it('counts what it reads', () => {
  const { files } = listLocal(root);
  let read = 0;
  makeTar(tarEntries(root, files, files.keys(), (bytes) => (read += bytes)));
  expect(read).toBe(600_005);
});

test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
  ['gone', (path) => rm(path), /\/b cannot be read: it is not there/],
  ['shorter', (path) => truncate(path, 10), /\/b was changed while it was read/],
  ['longer', (path) => writeFile(path, Buffer.alloc(600_001)), /\/b was changed while it was read/],
])('a file that is %s since it was listed is an error in words, not a tar that is none', async (_, change, words) => {
  const { files } = listLocal(root);
  await change(join(root, 'b'));
  const packing = () => makeTar(tarEntries(root, files, files.keys(), () => undefined));
  expect(packing).toThrow(UserError);
  expect(packing).toThrow(words);
});

test('one that is cut off while it is read, too', async () => {
  const { files } = listLocal(root);
  const [, entry] = [...tarEntries(root, files, ['a', 'b'], () => undefined)];
  if (!entry || !('pieces' in entry)) throw new Error('no entry');
  const pieces = entry.pieces[Symbol.iterator]();
  pieces.next();
  await truncate(join(root, 'b'), 1000);
  expect(() => [...{ [Symbol.iterator]: () => pieces }]).toThrow(/was changed while it was read/);
});
