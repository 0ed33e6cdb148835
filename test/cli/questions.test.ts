/** Questions on a line, from the built program in a terminal: `down --volumes` asks before it looks for Docker. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from './bootdev.ts';
import { terminal } from './terminal.ts';

async function asked(args = '') {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
  const screen = terminal(dir, `down --volumes ${args}`);
  return { screen, question: 'Delete the database and all files of shop? [y/N] ' };
}

test.each([
  ['n', 'n\r'],
  ['Enter alone', '\r'],
  ['yes, please', 'yes, please\r'],
  ['Ctrl-D', '\u0004'],
])('%s is a no', async (_, keys) => {
  const { screen, question } = await asked();
  await screen.until(question);
  screen.type(keys);
  expect(await screen.ended()).toEqual({ code: 2, sane: true });
  expect(screen.text()).toMatch(/\nbootdev: Nothing was changed\.\n/);
});

test('Ctrl-C interrupts', async () => {
  const { screen, question } = await asked();
  await screen.until(question);
  screen.type('\u0003');
  expect(await screen.ended()).toEqual({ code: 130, sane: true });
  expect(screen.text()).toContain('bootdev: Stopped.');
});

test('--json asks nothing', async () => {
  const { screen } = await asked('--json');
  expect(await screen.ended()).toEqual({ code: 2, sane: true });
  expect(screen.text()).toContain('"message":"--yes is required when not running interactively."');
});

test('a secret is typed without being seen', async () => {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
  const screen = terminal(dir, 'secret set map-key');
  await screen.until('map-key (not shown): ');
  screen.type('NobodysKey ofTheTests\r');
  expect(await screen.ended()).toEqual({ code: 2, sane: true });
  expect(screen.text()).toContain('bootdev: map-key must be one word of printable characters, at most 1000.');
  expect(screen.text()).not.toContain('NobodysKey');
});
