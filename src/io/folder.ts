/** Whole folders: what is in one, and writing one. */
import { chmodSync, type Dirent, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { refuseLinks } from './guard/links.ts';
import { cannotWrite, reasonOf } from './guard/reasons.ts';
import { temporaryFor } from './temporary.ts';

/**
 * Every regular file below `root`: path with `/` → content, sorted by path. A folder that is not there is empty. For some hundred small
 * files, so not by promises: each command reads the package's, and they take a fifth of the time.
 */
export async function readFolder(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(files.map((path) => [path.slice(root.length + 1).replaceAll('\\', '/'), readFileSync(path)]));
}

interface Entry {
  name: string;
  /** 'other': a device, a socket. */
  type: 'file' | 'folder' | 'link' | 'other';
}

/** What is directly in a folder. Throws the system's error when it cannot be read. */
export async function list(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.map((entry) => {
    if (entry.isFile()) return { name: entry.name, type: 'file' };
    if (entry.isDirectory()) return { name: entry.name, type: 'folder' };
    return { name: entry.name, type: entry.isSymbolicLink() ? 'link' : 'other' };
  });
}

/**
 * Paths of everything below `root` that has the name. No link is followed, no folder called `skip` entered, nor one that cannot be read. Not
 * by promises: a tree of some thousand folders takes five times as long.
 */
export function named(root: string, name: string, skip: string): string[] {
  const found: string[] = [];
  const folders = [''];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of readIfPossible(join(root, below))) {
      const path = join(below, entry.name);
      if (entry.name === name) found.push(path);
      else if (entry.isDirectory() && entry.name !== skip) folders.push(path);
    }
  }
  return found;
}

function readIfPossible(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * An empty file or folder where there is nothing: as long as it stands there, nothing else does. Returns what takes it away again. Throws
 * UserError.
 */
export async function placeholder(path: string, type: 'file' | 'folder'): Promise<() => Promise<void>> {
  await (type === 'folder' ? mkdir(path) : writeFile(path, '', { flag: 'wx' })).catch((error) => {
    throw new UserError(`${path} cannot be made: ${reasonOf(error)}.`, { cause: error });
  });
  return async () => {
    if (type === 'folder')
      await rmdir(path).catch(() => undefined); // no longer empty: somebody's
    else if ((await stat(path).catch(() => undefined))?.size === 0) await rm(path, { force: true });
  };
}

/** Which folder it is, whatever its path, and whose; undefined where there is none. */
export async function identityOf(folder: string): Promise<string | undefined> {
  const found = await stat(folder, { bigint: true }).catch(() => undefined);
  return found?.isDirectory() ? `${found.dev}.${found.ino}.${found.uid}` : undefined;
}

/** Whether a name is a symbolic link, wherever it points. */
export const isLink = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false;

/** What is directly in a folder that anybody may have made; nothing where there is none. */
export const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Folders in `root` with the bytes of all files below each. Where there is no `root` there are none. */
export async function foldersIn(root: string): Promise<{ name: string; bytes: number }[]> {
  await refuseLinks(root);
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().map(async (name) => ({ name, bytes: await bytesIn(join(root, name)) })));
}

async function bytesIn(root: string): Promise<number> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Writes small files below a new folder, whole or not at all. Modes are octal text. False: the folder is there already. Throws UserError. */
export async function writeFolder(
  folder: string,
  files: Iterable<{ path: string; bytes: Buffer | string; mode: string }>,
): Promise<boolean> {
  if (await stat(folder).catch(() => undefined)) return false;
  const temporary = temporaryFor(folder);
  try {
    for (const { path, bytes, mode } of files) {
      const file = join(temporary, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      chmodSync(file, Number.parseInt(mode, 8)); // whatever the umask: digests count it, and images get it
    }
    await rename(temporary, folder);
    return true;
  } catch (error) {
    await removeFolder(temporary);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false; // another run was faster
    throw cannotWrite(folder, error);
  }
}

/** Gives a folder another name on the same disk, in one step. Throws UserError. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await refuseLinks(dirname(to));
  await rename(from, to).catch((error) => {
    throw cannotWrite(to, error);
  });
}

/** A link in its place goes as such. Throws UserError. */
export async function removeFolder(path: string): Promise<void> {
  await refuseLinks(dirname(path));
  await rm(path, { recursive: true, force: true }).catch((error) => {
    throw new UserError(`${path} cannot be removed: ${reasonOf(error)}.`, { hint: `rm -r ${path}`, cause: error });
  });
}
