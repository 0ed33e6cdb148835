import { readdir, readFile } from 'node:fs/promises';
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
