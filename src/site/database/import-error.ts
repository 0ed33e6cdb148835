import { Interrupted, UserError } from '../../errors.ts';
import type { Output } from '../../io/command.ts';
import { engineNames } from '../../replica/database/engine-change.ts';
import { dataError } from '../../replica/database/machine.ts';
import type { Engine, Found } from './dump/rules.ts';

const kept = '\nNothing was changed: the site has the data that it had.';

/** What was wrong with the dump, and that it changed nothing. */
export const unchanged = ({ message, hint, code }: UserError) =>
  new UserError(message + kept, { ...(hint && { hint }), code });

/** Why an import failed, in words. */
export function importError({ exitCode: code, stdout, stderr }: Output, found: Found, engine: Engine): UserError {
  if (code === 67) return new Interrupted('the same command again; nothing was changed');
  if (code !== 65) return dataError({ code, stdout, stderr });
  const text = stderr.trim();
  const [, number = '', line = '', why = text.split('\n').at(-1) ?? ''] =
    /ERROR(?: (\d+) \(\w+\))? at line (\d+): (.*)/.exec(text) ?? [];
  const at = line ? `Line ${line} of the dump` : 'The dump';
  const from = found.from ? ` (of ${found.from})` : '';
  const [words, hint] = reason(Number(number), text, engine);
  return new UserError(`${at}${from} ${words ?? `was refused by ${engineNames[engine]}`}: ${why}${kept}`, {
    ...(hint && { hint }),
  });
}

/** By the server's number: what it means here, and what to do. */
function reason(number: number, text: string, engine: Engine): [(string | undefined)?, string?] {
  if (/Incorrect string value/.test(text)) {
    return [
      'has characters that are not of the character set that it names',
      'is the file latin1? iconv -f latin1 -t utf-8 FILE | bootdev db import -',
    ];
  }
  if ([1044, 1142, 1227, 1370, 1410, 1419].includes(number))
    return [
      'wants a right that a dump does not get here',
      'take the statement out of the file: it is about another database, or the server',
    ];
  if ([1114, 1021, 3, 1030].includes(number) && /full|space|28/.test(text))
    return ["found no space: the engine's disk is full", 'bootdev db list; docker system df'];
  if ([2006, 2013].includes(number)) {
    return [
      'was not read to its end: the server ended, and was started again',
      'was it short of memory? bootdev logs; more of it: database.memory in bootdev.yaml, bootdev up, then the same command',
    ];
  }
  if ([1115, 1273, 1064, 1067, 3105, 4161].includes(number)) {
    const other = engine === 'mysql' ? 'mariadb' : 'mysql';
    return [
      undefined,
      `a dump of the other server? database: { engine: ${other} } in bootdev.yaml, then bootdev up: docs/database.md`,
    ];
  }
  return [];
}
