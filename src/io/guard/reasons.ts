/** A file system's error code in words, and what to do about it. */
import { UserError } from '../../errors.ts';

export const reasonOf = (error: unknown): string => words[codeOf(error)] ?? codeOf(error);

/** Undefined where we know nothing better than the reason. */
export const remedyOf = (error: unknown): string | undefined => remedies[codeOf(error)];

export function cannotWrite(path: string, error: unknown): UserError {
  const hint = remedyOf(error);
  return new UserError(`${path} cannot be written: ${reasonOf(error)}.`, { ...(hint && { hint }), cause: error });
}

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code ?? error);

const noRight = 'give yourself the right to write there, or use another folder';
const noRoom = 'make room there (df -h), then run the same command again';
const remedies: Record<string, string> = {
  EACCES: noRight,
  EPERM: noRight,
  EROFS: 'use a folder on a disk that can be written',
  ENOSPC: noRoom,
  EDQUOT: noRoom,
};

const words: Record<string, string> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'it is a folder',
  EEXIST: 'there is a file where a folder is needed',
  ENOTDIR: 'there is a file where a folder is needed',
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of the disk is used up',
  EROFS: 'the disk is read-only',
  ELOOP: 'it is a link',
  ENAMETOOLONG: 'its name is too long',
};
