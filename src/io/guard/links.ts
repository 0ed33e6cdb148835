/**
 * Below `.bootdev`, which a clone or an archive may have brought, nothing is read or written through a link: it could lead to
 * any file of the user (bundle.tar → ~/.ssh/authorized_keys).
 */
import { constants } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { UserError } from '../../errors.ts';

const own = '.bootdev';

export const isOwn = (path: string): boolean => path.split(sep).includes(own);

/** For opening a file: the last component as lstat saw it, not what took its place since. */
export const readFlags = (path: string): number =>
  constants.O_RDONLY | (isOwn(path) ? constants.O_NOFOLLOW | constants.O_NONBLOCK : 0);

/** Throws UserError where a component of the path, from `.bootdev` on, is a link or in the way. What is not there yet is fine. */
export async function refuseLinks(path: string): Promise<void> {
  const parts = path.split(sep);
  for (let end = parts.lastIndexOf(own) + 1; end > 0 && end <= parts.length; end++) {
    const at = parts.slice(0, end).join(sep);
    const found = await lstat(at).catch(() => undefined);
    if (!found) return;
    if (found.isDirectory() || (found.isFile() && end === parts.length && basename(at) !== own)) continue;
    throw new UserError(`${at} is a ${kindOf(found)}; bootdev keeps folders and files of its own there.`, {
      hint: `rm ${at}   (bootdev makes what it needs again)`,
    });
  }
}

const kindOf = (found: { isSymbolicLink(): boolean; isFile(): boolean }) =>
  found.isSymbolicLink() ? 'link' : found.isFile() ? 'file' : 'special file';
