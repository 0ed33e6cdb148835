/** Writes files with names from elsewhere into a folder: below it, and never through a link that is in it. */
import { closeSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { cannotWrite } from '../guard/reasons.ts';
import { toBytes, toText } from '../tree.ts';

/**
 * Writes one file whole or not at all. `root` is a folder of this computer, `path` one below it whose characters are bytes (tree.ts); `time`
 * in seconds since 1970. Throws UserError.
 */
export async function placeFile(
  root: string,
  path: string,
  { pieces, time }: { pieces: AsyncIterable<Uint8Array>; time: number },
): Promise<void> {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new UserError(`"${toText(path)}" leads out of ${root}.`);
  const bytes = (at: string) => Buffer.from(at ? `${toBytes(root)}/${at}` : toBytes(root), 'latin1');
  const temporary = bytes([...parts.slice(0, -1), `.bootdev-${process.pid}.tmp`].join('/'));
  try {
    for (let end = 0; end < parts.length; end++) ensureFolder(bytes(parts.slice(0, end).join('/')));
    rmSync(temporary, { force: true }); // of a killed run with the same number
    const file = openSync(temporary, 'wx');
    try {
      for await (const piece of pieces) for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
    } finally {
      closeSync(file);
    }
    utimesSync(temporary, time, time);
    renameSync(temporary, bytes(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof UserError ? error : cannotWrite(`${root}/${toText(path)}`, error);
  }
}

function ensureFolder(folder: Buffer): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) mkdirSync(folder, { recursive: true });
  else if (!found.isDirectory()) {
    throw new UserError(`${folder.toString()} is not a folder: nothing is written through it.`, {
      hint: 'move it away',
    });
  }
}
