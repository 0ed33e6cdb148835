/** What stands between the statements of a dump: comments, and lines for the client. */
import { UserError } from '../../../errors.ts';
import { LF } from './bytes.ts';

interface Around {
  /** No bytes follow. */
  last: boolean;
  /** The number of the line, for errors. */
  line: number;
  /** Comments are written too. */
  keepComments: boolean;
}

interface Skipped {
  to: number;
  /** What becomes of it. */
  written: Buffer;
  /** A comment to the end of its line, or its beginning. */
  comment?: string;
  /** What ends statements from now on. */
  delimiter?: Buffer;
}

/** To the end of what begins here; `to` is `at` where a statement does. undefined: more bytes are needed. Throws UserError. */
export function skip(bytes: Buffer, at: number, { last, line, keepComments }: Around): Skipped | undefined {
  const head = bytes.toString('latin1', at, at + 100);
  const until = (mark: string | number, length: number) => {
    const end = bytes.indexOf(mark, at);
    if (end >= 0) return end + length;
    if (bytes.length - at > 2 ** 20)
      throw new UserError(`The comment at line ${line} of the dump has no end within 1 MB.`);
    return last ? bytes.length : undefined;
  };
  const kept = (to: number) =>
    keepComments && !head.startsWith('/*M!') ? Buffer.from(bytes.subarray(at, to)) : Buffer.alloc(0);
  if (/^(?:--(?:\s|$)|#)/.test(head)) {
    const to = until(LF, 0);
    return to === undefined
      ? undefined
      : { to, written: kept(to), comment: bytes.toString('latin1', at, Math.min(to, at + 500)) };
  }
  // MariaDB's: its client is to take no commands of its own; here none does.
  if (/^\/\*(?!M?!)|^\/\*M!999999\\- /.test(head)) {
    const to = until('*/', 2);
    if (to === bytes.length && last && bytes.toString('latin1', to - 2, to) !== '*/')
      throw new UserError(`The dump ends inside the comment of line ${line}: it is not whole.`);
    return to === undefined ? undefined : { to, written: kept(to) };
  }
  const word = /^delimiter[ \t]+(\S+)/i.exec(head)?.[1];
  if (word === undefined) return { to: at, written: Buffer.alloc(0) };
  const to = until(LF, 0);
  if (to === undefined) return undefined;
  const delimiter = Buffer.from(word, 'latin1');
  return { to, written: Buffer.from(`DELIMITER ${word}`, 'latin1'), delimiter };
}
