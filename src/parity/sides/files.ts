/** Configuration files as keys, in their canonical spelling, and values as the file has them. */
import { canonicalKey } from './canonical.ts';

export type Parameters = ReadonlyMap<string, string>;

/** my.cnf: `key = value`, or a key alone (value ''). Sections and comments are left out, quotes too; the last of a key counts. */
export function readMyCnf(text: string): Parameters {
  return read(text, /^\s*([a-z][\w-]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?)))?\s*(?:#.*)?$/);
}

/** memcached.conf: `--key=value`. */
export function readMemcached(text: string): Parameters {
  return read(text, /^--([a-z][\w-]*)(?:=(.*?))?\s*$/);
}

function read(text: string, line: RegExp): Parameters {
  const found = text.split('\n').map((each) => line.exec(each));
  return new Map(
    found.flatMap((match) =>
      match ? [[canonicalKey(match[1] as string), match.slice(2).find((each) => each !== undefined) ?? '']] : [],
    ),
  );
}
