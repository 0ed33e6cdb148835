import { readFile, rm, writeFile } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { readFlags, refuseLinks } from './guard/links.ts';
import { runningProcess, thisProcess } from './guard/processes.ts';
import { reasonOf } from './guard/reasons.ts';

/**
 * Takes the lock file or says who has it. The lock of a process that is gone (kill -9) is taken over, also where its id is another
 * process's by now: the file has the holder's id and start. Returns its release.
 */
export async function takeLock(file: string, what: string): Promise<() => Promise<void>> {
  await refuseLinks(file);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(file, thisProcess(), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new UserError(`The lock ${file} cannot be taken: ${reasonOf(error)}.`, { cause: error });
    }
    const holder = runningProcess(await readFile(file, { encoding: 'utf8', flag: readFlags(file) }).catch(() => ''));
    if (holder) {
      throw new UserError(`Another bootdev (process ${holder}) is working on ${what}.`, {
        hint: 'wait until it is done, or stop it with Ctrl-C in its terminal',
      });
    }
    await rm(file, { force: true, recursive: true });
  }
  throw new UserError(`The lock ${file} cannot be taken.`, { hint: `rm ${file}` });
}
