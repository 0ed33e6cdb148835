import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, test } from 'vitest';
import { placeFile } from '../../../src/io/data/place.ts';

let root: string;
let elsewhere: string;
beforeEach(async () => {
  [root, elsewhere] = [await mkdtemp(join(tmpdir(), 'bootdev-place-')), await mkdtemp(join(tmpdir(), 'bootdev-out-'))];
});
const content = async function* (text: string) {
  yield Buffer.from(text.slice(0, 2));
  yield Buffer.from(text.slice(2));
};
const place = (path: string, text = 'hello') => placeFile(root, path, { pieces: content(text), time: 1_700_000_000 });

it('writes a file with its time, in folders that it makes, over the old one', async () => {
  await place('a/b/x');
  await place('a/b/x', 'other');
  expect(await readFile(join(root, 'a/b/x'), 'utf8')).toBe('other');
  expect((await stat(join(root, 'a/b/x'))).mtimeMs).toBe(1_700_000_000_000);
  expect(await readdir(join(root, 'a/b'))).toEqual(['x']);
});

test.each(['../x', 'a/../../x', '/etc/x', 'a//x', ''])('%j leads out of it', async (path) => {
  await expect(place(path)).rejects.toThrow(/leads out of/);
});

it('goes through no link: neither of a folder nor of the file', async () => {
  await symlink(elsewhere, join(root, 'a'));
  await expect(place('a/x')).rejects.toThrow(/not a folder: nothing is written through it/);
  await writeFile(join(elsewhere, 'y'), 'theirs');
  await symlink(join(elsewhere, 'y'), join(root, 'y'));
  await place('y');
  expect(await readFile(join(elsewhere, 'y'), 'utf8')).toBe('theirs');
  expect(await readFile(join(root, 'y'), 'utf8')).toBe('hello');
});

it('leaves the old file and nothing else when the new one ends early, or cannot be written', async () => {
  await place('x');
  const broken = (async function* () {
    yield Buffer.from('new');
    throw new Error('cut off');
  })();
  await expect(placeFile(root, 'x', { pieces: broken, time: 0 })).rejects.toThrow();
  expect([await readdir(root), await readFile(join(root, 'x'), 'utf8')]).toEqual([['x'], 'hello']);
  await mkdir(join(root, 'folder'));
  await expect(place('folder')).rejects.toThrow(/cannot be written/);
  expect((await readdir(root)).sort()).toEqual(['folder', 'x']);
});
