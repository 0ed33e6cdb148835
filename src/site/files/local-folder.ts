/** A folder of this computer: its files, without links. */
import type { TarEntry } from '../../bundle/tar.ts';
import { UserError } from '../../errors.ts';
import { reasonOf } from '../../io/guard/reasons.ts';
import { listBytes, newBuffer, readPieces, statBytes, toBytes, toText } from '../../io/tree.ts';
import type { FileList } from './shared-folder.ts';

/** What systems leave in every folder. */
const litter = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/;

interface LocalFiles {
  files: FileList;
  /** In words: links, devices. */
  leftOut: string[];
}

/** Throws UserError where something cannot be read. `root` is a path of this computer. */
export function listLocal(root: string): LocalFiles {
  const files: FileList = new Map();
  const leftOut: string[] = [];
  const enter = (folder: string) => {
    const at = `${toBytes(root)}${folder && `/${folder}`}`;
    for (const { name, type } of tried(at, () => listBytes(at))) {
      const path = folder ? `${folder}/${name}` : name;
      if (litter.test(name)) continue;
      if (type === 'folder') enter(path);
      else if (type === 'file')
        files.set(
          path,
          tried(at, () => statBytes(`${at}/${name}`)),
        );
      else leftOut.push(`${toText(path)}: no file`);
    }
  };
  enter('');
  return { files, leftOut };
}

function tried<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${toText(path)} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** What one side has and the other has not, or has otherwise: by size and second, as rsync does. */
export function changedFiles(from: FileList, to: FileList): string[] {
  return [...from].flatMap(([path, { size, time }]) => {
    const there = to.get(path);
    return there?.size === size && there.time === time ? [] : [path];
  });
}

export const sizeOf = (files: FileList, paths: Iterable<string>): number => {
  let sum = 0;
  for (const path of paths) sum += files.get(path)?.size ?? 0;
  return sum;
};

/**
 * Files of a folder for a tar, read when it is their turn; `count` is told of their bytes. Throws UserError for one that was as long as `files`
 * says and is not any more, or is gone: the tar would say something else than it has.
 */
export function* tarEntries(
  root: string,
  files: FileList,
  paths: Iterable<string>,
  count: (bytes: number) => void,
): Generator<TarEntry> {
  const buffer = newBuffer();
  for (const path of paths) {
    const at = `${toBytes(root)}/${path}`;
    const { size, time } = files.get(path) ?? { size: 0, time: 0 };
    const now = tried(at, () => readPieces(at, buffer));
    if (now.size !== size) throw changed(at);
    yield { path: Buffer.from(path, 'latin1'), mode: '0644', time, size, pieces: whole(at, size, now.pieces, count) };
  }
}

function* whole(at: string, size: number, pieces: Iterable<Buffer>, count: (bytes: number) => void): Generator<Buffer> {
  const reading = pieces[Symbol.iterator]();
  for (let left = size; left > 0; ) {
    const next = tried(at, () => reading.next());
    if (next.done) throw changed(at);
    left -= next.value.length;
    count(next.value.length);
    yield next.value;
  }
}

const changed = (path: string) =>
  new UserError(`${toText(path)} was changed while it was read.`, { hint: 'the same command goes on with it' });
