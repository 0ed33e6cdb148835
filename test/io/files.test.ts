import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readText, writeWhole } from '../../src/io/files.ts';
import { cannotWrite } from '../../src/io/guard/reasons.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a missing file has no text', async () => {
  expect(await readText(join(dir, 'none'))).toBeUndefined();
  await writeFile(join(dir, 'file'), '');
  expect(await readText(join(dir, 'file/below'))).toBeUndefined();
  expect(await readText(join(dir, 'file'))).toBe('');
});

test('what cannot be read is said in words', async () => {
  await expect(readText(dir)).rejects.toThrow('cannot be read: it is a folder');
});

test('a pipe is not waited for, a link that leads nowhere is not taken for no file (E2)', async () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(dir, 'pipe')]);
  await symlink('nowhere', join(dir, 'link'));
  await symlink('circle', join(dir, 'circle'));
  await expect(readText(join(dir, 'pipe'))).rejects.toThrow('cannot be read: it is a pipe, not a file');
  for (const name of ['link', 'circle'])
    await expect(readText(join(dir, name))).rejects.toThrow('cannot be read: it is a link that leads nowhere');
});

test('a full disk is said, with what to do (E2)', () => {
  const error = cannotWrite('/data/x', Object.assign(new Error(), { code: 'ENOSPC' }));
  expect(error.message).toBe('/data/x cannot be written: the disk is full.');
  expect(error.hint).toContain('df -h');
});

test('a file is replaced whole, folders are made, nothing is left beside it', async () => {
  await writeWhole(join(dir, 'a/b/file'), 'one');
  await writeWhole(join(dir, 'a/b/file'), 'two');
  expect(await readFile(join(dir, 'a/b/file'), 'utf8')).toBe('two');
  expect(await readdir(join(dir, 'a/b'))).toEqual(['file']);
});

test('a mode is exact, also over an older file and a strict umask', async () => {
  await writeFile(join(dir, 'secret'), 'old');
  await chmod(join(dir, 'secret'), 0o644);
  const umask = process.umask(0o077);
  try {
    await writeWhole(join(dir, 'secret'), 'new', 0o440);
    await writeWhole(join(dir, 'script'), 'new', 0o755);
  } finally {
    process.umask(umask);
  }
  expect((await stat(join(dir, 'secret'))).mode & 0o777).toBe(0o440);
  expect((await stat(join(dir, 'script'))).mode & 0o777).toBe(0o755);
});

test('a symbolic link stays one', async () => {
  await writeFile(join(dir, 'real'), 'old');
  await symlink(join(dir, 'real'), join(dir, 'link'));
  await writeWhole(join(dir, 'link'), 'new');
  expect(await readFile(join(dir, 'real'), 'utf8')).toBe('new');
});

test('a failed write leaves the old text and no temporary file', async () => {
  await mkdir(join(dir, 'folder/full'), { recursive: true });
  await expect(writeWhole(join(dir, 'folder'), 'text')).rejects.toThrow(/cannot be written: it is a folder/);
  expect(await readdir(dir)).toEqual(['folder']);
  await writeFile(join(dir, 'file'), 'kept');
  await expect(writeWhole(join(dir, 'file/below'), 'text')).rejects.toThrow(/there is a file where a folder is needed/);
  expect(await readFile(join(dir, 'file'), 'utf8')).toBe('kept');
});
