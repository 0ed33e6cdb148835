import { exitCode, UserError } from '../../../errors.ts';

/** Files that are no dump for this, by how they begin; each with how to make one of it. */
const others: readonly (readonly [RegExp, string, string?])[] = [
  [/^SQLite format 3/, 'a database of SQLite'],
  [/^PGDMP/, 'a dump of PostgreSQL'],
  [
    /^(?:\xff\xfe|\xfe\xff)/,
    'text in UTF-16, as PowerShell writes it',
    'iconv -f utf-16 -t utf-8 FILE | bootdev db import - --yes',
  ],
  [/^\s*<(?:!doctype|html)/i, 'a page of the web'],
  [/^[\s\S]{257}ustar/, 'an archive (tar)', 'tar -xOf FILE NAME-IN-IT | bootdev db import - --yes'],
];

/** The first bytes of a dump, without the mark that some editors put in front. Throws UserError where they are something else's. */
export function beginning(first: Buffer, name: string): Buffer {
  const head = first.toString('latin1', 0, 600);
  const [, what, hint] = others.find(([pattern]) => pattern.test(head)) ?? [];
  if (what) {
    throw new UserError(`${name} is ${what}, not a dump of MySQL or MariaDB.`, {
      ...(hint && { hint }),
      code: exitCode.usage,
    });
  }
  return head.startsWith('\xef\xbb\xbf') ? first.subarray(3) : first;
}
