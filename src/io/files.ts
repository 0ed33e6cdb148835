/** Reading and writing of files; a foreign error becomes a sentence here. */
import { createHash } from 'node:crypto';
import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import { isOwn, readFlags, refuseLinks } from './guard/links.ts';
import { cannotWrite, reasonOf, remedyOf } from './guard/reasons.ts';
import { temporaryFor } from './temporary.ts';

/** The text of a file, undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  await refuseLinks(path);
  await refuseDeadEnds(path);
  try {
    return await readFile(path, { encoding: 'utf8', flag: readFlags(path) });
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** A pipe would be waited for; a link to nowhere would count as no file, and be written over. */
async function refuseDeadEnds(path: string): Promise<void> {
  const entry = await lstat(path).catch(() => undefined);
  const found = entry?.isSymbolicLink() ? await stat(path).catch(({ code }) => code as string) : entry;
  const isPipe = typeof found === 'object' && found.isFIFO();
  if (!isPipe && found !== 'ENOENT' && found !== 'ELOOP') return;
  const what = isPipe ? 'a pipe, not a file' : 'a link that leads nowhere';
  throw new UserError(`${path} cannot be read: it is ${what}.`, { hint: `rm ${path}` });
}

/** The text of a file, undefined when it cannot be read, whatever the reason. */
export const readIfPossible = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);

/** The beginning of a file that anybody may have put there; undefined where there is none, or something else than a file. */
export async function readHead(path: string, bytes = 256 * 1024): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  try {
    if (!(await file?.stat())?.isFile()) return undefined;
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(bytes), 0, bytes, 0)) ?? {};
    return buffer?.toString('utf8', 0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

/** A whole file. Throws UserError, also when it is not there. */
export async function readBytes(path: string): Promise<Buffer> {
  await refuseLinks(path);
  return readFile(path, { flag: readFlags(path) }).catch((error) => {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
}

/** sha256 in hex, read piece by piece. Throws UserError as above. */
export async function fileDigest(path: string): Promise<string> {
  await refuseLinks(path);
  try {
    const file = await open(path, readFlags(path));
    const hash = createHash('sha256');
    for await (const piece of file.createReadStream()) hash.update(piece as Buffer);
    return hash.digest('hex');
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
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

/** When it was last written, in milliseconds since 1970; undefined where there is none. */
export const changedAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/** The path without symbolic links. Throws the system's error when there is nothing. */
export const realPath = (path: string): Promise<string> => realpath(path);

/** Bytes free for new files; undefined when the path is not on this machine. */
export const freeSpace = (path: string): Promise<number | undefined> =>
  statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );

/** Makes a folder and those above it. Throws UserError. */
export async function makeFolder(path: string): Promise<void> {
  await refuseLinks(path);
  await mkdir(path, { recursive: true }).catch((error) => {
    throw new UserError(`${path} cannot be made: ${reasonOf(error)}.`, {
      hint: `bootdev keeps what it remembers of a project there: ${remedyOf(error) ?? 'mkdir -p says more'}`,
      cause: error,
    });
  });
}

/**
 * Writes a file whole or not at all: a reader, and a machine that loses power, has the old text or the new one.
 * Makes the folder when it is missing. `mode` is exact, whatever the umask; without it the file is a usual one. What making the pieces
 * of a large content throws is thrown on.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  mode?: number,
): Promise<void> {
  await refuseLinks(path);
  const target = isOwn(path) ? path : await realpath(path).catch(() => path); // the user's own symbolic link stays one
  const temporary = temporaryFor(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, 'wx', mode);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof UserError) throw error;
    throw cannotWrite(path, error);
  }
}

/** A link goes as such; none there is fine. Throws UserError. */
export async function removeFile(path: string): Promise<void> {
  await refuseLinks(path);
  await rm(path, { force: true }).catch((error) => {
    throw cannotWrite(path, error);
  });
}

/** Does not touch a file that has the text already. */
export async function writeIfChanged(path: string, text: string): Promise<void> {
  if ((await readText(path)) !== text) await writeWhole(path, text);
}
