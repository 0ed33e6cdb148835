import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Every regular file below `root`: path with `/` → content, sorted by path. A folder that is not there is empty. */
export async function readFolder(root: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const contents = await Promise.all(files.map((path) => readFile(path)));
  return new Map(
    files.map((path, index) => [path.slice(root.length + 1).replaceAll('\\', '/'), contents[index] as Buffer]),
  );
}

/** Folders in `root` with the bytes of all files below each. Where there is no `root` there are none. */
export async function foldersIn(root: string): Promise<{ name: string; bytes: number }[]> {
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

export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
