/** Reading and writing of files; a foreign error becomes a sentence here. */
import { access, constants, mkdir, open, readFile, realpath, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { temporaryFor } from './temporary.ts';

/** The text of a file, undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = codeOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined;
    throw new UserError(`${path} cannot be read: ${inWords(reason)}.`, { cause: error });
  }
}

/** The text of a file, undefined when it cannot be read, whatever the reason. */
export const readIfPossible = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

/** A whole file. Throws UserError, also when it is not there. */
export async function readBytes(path: string): Promise<Buffer> {
  return readFile(path).catch((error) => {
    throw new UserError(`${path} cannot be read: ${inWords(codeOf(error))}.`, { cause: error });
  });
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Whether there is something at the path. */
export const exists = (path: string): Promise<boolean> => accessible(path, constants.F_OK);

/** Whether the file can be run as a program. */
export const isProgram = (path: string): Promise<boolean> => accessible(path, constants.X_OK);

const accessible = (path: string, mode: number) =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The path without symbolic links. Throws the system's error when there is nothing. */
export const realPath = (path: string): Promise<string> => realpath(path);

/** Bytes free for new files; undefined when the path is not on this machine. */
export const freeSpace = (path: string): Promise<number | undefined> =>
  statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}

/**
 * Writes a file whole or not at all: a reader, and a machine that loses power, has the old text or the new one.
 * Makes the folder when it is missing. `mode` is exact, whatever the umask; without it the file is a usual one.
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const target = await realpath(path).catch(() => path); // a symbolic link stays one
  const temporary = temporaryFor(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, 'wx', mode);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new UserError(`${path} cannot be written: ${inWords(codeOf(error))}.`, { cause: error });
  }
}

/** Does not touch a file that has the text already. */
export async function writeIfChanged(path: string, text: string): Promise<void> {
  if ((await readText(path)) !== text) await writeWhole(path, text);
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? error);
}

function inWords(code: string): string {
  const words: Record<string, string> = {
    EACCES: 'no permission',
    EPERM: 'no permission',
    EISDIR: 'it is a folder',
    EEXIST: 'there is a file where a folder is needed',
    ENOTDIR: 'there is a file where a folder is needed',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  };
  return words[code] ?? code;
}
