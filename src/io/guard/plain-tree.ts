/** Reading a folder that a clone brought, in which anything may be: only regular files, not through a link, not without bound. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from './reasons.ts';

interface Limits {
  /** Bytes of one file, and of all. */
  bytes: number;
  total: number;
  files: number;
  /** Folders in folders. */
  depth: number;
}

/** `others`: what was not read, with the reason in words. */
interface PlainTree {
  files: Map<string, Buffer>;
  others: Map<string, string>;
}

/** `isPart` decides by the path below `root`, with `/`, before anything is opened. No folder: no file. */
export async function readPlainTree(
  root: string,
  isPart: (path: string) => boolean,
  limits: Limits,
): Promise<PlainTree> {
  const tree: PlainTree = { files: new Map(), others: new Map() };
  const top = await lstat(root).catch(() => undefined);
  if (!top) return tree;
  if (top.isDirectory()) await readInto(tree, root, '', isPart, limits, 1);
  else if (top.isSymbolicLink()) tree.others.set('', 'it is a link'); // a file of that name is something else
  return tree;
}

async function readInto(
  tree: PlainTree,
  root: string,
  below: string,
  isPart: (path: string) => boolean,
  limits: Limits,
  depth: number,
): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((error) => {
    tree.others.set(below, `it cannot be read: ${reasonOf(error)}`);
    return [];
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (!isPart(path)) continue;
    if (tree.files.size + tree.others.size >= limits.files) {
      tree.others.set(below, `it has more than ${limits.files} files`);
      return;
    }
    if (entry.isDirectory() && depth < limits.depth) await readInto(tree, root, path, isPart, limits, depth + 1);
    else if (entry.isDirectory()) tree.others.set(path, 'no folder belongs here');
    else if (!entry.isFile()) tree.others.set(path, entry.isSymbolicLink() ? 'it is a link' : 'it is no regular file');
    else {
      const left = limits.total - [...tree.files.values()].reduce((sum, { length }) => sum + length, 0);
      const read = await readPlain(join(root, path), Math.min(limits.bytes, left));
      if (typeof read === 'string') tree.others.set(path, read);
      else tree.files.set(path, read);
    }
  }
}

/** The bytes, or why not. What took the file's place since it was listed is not followed either. */
async function readPlain(path: string, most: number): Promise<Buffer | string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      return size > most ? `it has ${size} bytes, at most ${most} are taken` : await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    return `it cannot be read: ${reasonOf(error)}`;
  }
}
