import { readFile, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';

/** Takes the lock file or says who has it; the lock of a process that is gone (kill -9) is taken over. Returns its release. */
export async function takeLock(file: string, what: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder && lives(holder)) {
      throw new UserError(`Another bootdev (process ${holder}) is working on ${what}.`, {
        hint: 'wait until it is done, or stop it with Ctrl-C in its terminal',
      });
    }
    await rm(file, { force: true });
  }
  throw new UserError(`The lock ${file} cannot be taken.`, { hint: `rm ${file}` });
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
