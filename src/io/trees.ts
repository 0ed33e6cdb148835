import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCode, UserError } from '../errors.ts';

/** Writes files below a new folder, whole or not at all. Modes are octal text. Throws UserError when the folder is there already. */
export async function writeTree(
  out: string,
  files: Iterable<{ path: string; bytes: Buffer | string; mode: string }>,
): Promise<void> {
  if (await stat(out).catch(() => undefined)) {
    throw new UserError(`${out} is there already.`, {
      hint: 'name a folder that does not exist yet: --out DIR',
      code: exitCode.usage,
    });
  }
  const temporary = `${out}.${process.pid}.new`;
  try {
    for (const { path, bytes, mode } of files) {
      const file = join(temporary, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      await chmod(file, Number.parseInt(mode, 8)); // whatever the umask: the digest counts it
    }
    await rename(temporary, out);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
