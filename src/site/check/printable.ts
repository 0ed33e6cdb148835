import { stripVTControlCharacters } from 'node:util';

/** Text of others, which a terminal must show and not obey: in one line, and cut. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

export function printable(text: string, most = 160): string {
  const line = stripVTControlCharacters(text.slice(0, 4 * most))
    .replace(unsafe, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length > most || text.length > 4 * most ? `${characters.slice(0, most - 1).join('')}…` : line;
}
