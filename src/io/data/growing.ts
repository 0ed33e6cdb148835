/** A file that grows piece by piece, over several runs of a program, and has its name when it is whole. */
import { open, rename, stat } from 'node:fs/promises';
import { makeFolder } from '../files.ts';
import { removeFolder } from '../folder.ts';
import { cannotWrite } from '../guard/reasons.ts';

export interface GrowingFile {
  /** Bytes that are there. */
  size(): Promise<number>;
  append(bytes: Uint8Array): Promise<void>;
  /** What is there is of no use. */
  clear(): Promise<void>;
  /** It is whole. */
  finish(): Promise<void>;
  /** Where it lies meanwhile. */
  part: string;
}

/** Only this user reads it. Its methods throw UserError. */
export async function growingFile(folder: string, name: string): Promise<GrowingFile> {
  await makeFolder(folder);
  const path = `${folder}/${name}`;
  const part = `${path}.part`;
  const orError = <Result>(work: Promise<Result>) =>
    work.catch((error) => {
      throw cannotWrite(part, error);
    });
  return {
    part,
    size: () =>
      stat(part).then(
        ({ size }) => size,
        () => 0,
      ),
    append: (bytes) =>
      orError(
        (async () => {
          const file = await open(part, 'a', 0o600);
          try {
            await file.appendFile(bytes);
          } finally {
            await file.close();
          }
        })(),
      ),
    clear: () => removeFolder(part),
    finish: () => orError(rename(part, path)),
  };
}
