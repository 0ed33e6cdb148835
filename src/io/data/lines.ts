/** A file that gets line after line, each at once: what was written before a kill is there. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { cannotWrite } from '../guard/reasons.ts';

export interface LinesFile {
  write: (line: string) => void;
  close: () => void;
}

/** Throws UserError where there is such a file already, or it cannot be written. */
export function newLinesFile(path: string): LinesFile {
  const file = open(path);
  return {
    write: (line) => {
      try {
        writeSync(file, `${line}\n`);
      } catch (error) {
        throw cannotWrite(path, error);
      }
    },
    close: () => closeSync(file),
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, error);
    throw new UserError(`${path} is there already.`, { hint: 'name a file that is not' });
  }
}
