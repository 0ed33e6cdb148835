/** docs/php-extensions.md says what src/machines/php.ts says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { phpExtensions, phpExtensionsLeftOut, phpSeries } from '../../src/machines/php.ts';

const page = readFileSync('docs/php-extensions.md', 'utf8');
const [there = '', leftOut = ''] = page.split('## What is left out');

function rows(part: string): [names: string[], words: string][] {
  return [...part.matchAll(/^\| (?!extensions? )([\w ,]+) \| (.+) \|$/gm)].map(([, names = '', words = '']) => [
    names.split(', ').map((name) => name.toLowerCase().replaceAll(' ', '-')),
    words,
  ]);
}

test('what is there', () => {
  expect(page).toContain(`PHP is ${phpSeries},`);
  expect(
    rows(there)
      .flatMap(([names]) => names)
      .sort(),
  ).toEqual([...phpExtensions].sort());
});

test('what is left out, and why', () => {
  const said = rows(leftOut).flatMap(([names, words]) => names.map((name) => [name, words]));
  expect(Object.fromEntries(said)).toEqual(phpExtensionsLeftOut);
});
