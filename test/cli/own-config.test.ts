/** Own files that came with a folder: shown and asked for on a line, named where nobody can be asked, refused with their line before that. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootdev, emptyFolder } from './bootdev.ts';
import { terminal } from './terminal.ts';

async function clone(text = 'max_input_vars = 9000\n') {
  const dir = await emptyFolder();
  await mkdir(join(dir, 'bootdev/php'), { recursive: true });
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
  await writeFile(join(dir, 'bootdev/php/forms.ini'), text);
  return dir;
}

test('in a terminal they are shown whole, and a no changes nothing', async () => {
  const screen = terminal(await clone(), 'up');
  await screen.until('Use them? [y/N] ');
  expect(screen.text()).toContain('bootdev/php/forms.ini');
  expect(screen.text()).toContain('    max_input_vars = 9000');
  screen.type('n\r');
  expect(await screen.ended()).toEqual({ code: 2, sane: true });
  expect(screen.text()).toContain('bootdev: Not accepted, and nothing was changed.');
});

test('in a pipe they are named, with the command that accepts them', async () => {
  const dir = await clone();
  const { stderr, code } = await bootdev(['up', '--set', 'web.count=1'], dir, { XDG_STATE_HOME: join(dir, 'state') });
  expect(code).toBe(2);
  expect(stderr).toMatch(/nobody here has accepted them yet:\n {4}bootdev\/php\/forms\.ini\n/);
  expect(stderr).toContain('→ read them, then: bootdev up --set web.count=1 --yes');
  expect(await readdir(dir)).not.toContain('state');
});

test('what may not be set is refused with its line, asked or not', async () => {
  const dir = await clone('; x\nauto_prepend_file = evil.php\n');
  for (const args of [['up', '--yes'], ['bundle', '--out', 'out'], ['status']]) {
    const { stderr, code } = await bootdev(args, dir);
    expect(stderr).toContain('\n  bootdev/php/forms.ini:2  auto_prepend_file: ');
    expect(code).toBe(1);
  }
  expect(await readdir(dir)).not.toContain('out');
});

test('bundle shows them among the files of the machines', async () => {
  const dir = await clone();
  expect((await bootdev(['bundle', '--out', 'out'], dir)).code).toBe(0);
  for (const kind of ['web', 'admin']) {
    const ini = await readFile(join(dir, 'out', kind, 'etc/php/bootdev.ini'), 'utf8');
    expect(ini).toMatch(/\n; from bootdev\/php\/forms\.ini\nmax_input_vars = 9000\n$/);
  }
});
