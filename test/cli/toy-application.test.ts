/** Adding an application is adding a folder (docs/applications.md): a package with one more folder of docker/apps knows it everywhere. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootdev, emptyFolder } from './bootdev.ts';
import { terminal } from './terminal.ts';

let home: string;
let program: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bootdev-package-'));
  for (const part of ['package.json', 'dist', 'docker', 'compose'])
    await cp(part, join(home, part), { recursive: true });
  await cp('test/cli/toy', join(home, 'docker/apps/toy'), { recursive: true });
  program = join(home, 'dist/cli.js');
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A folder with its code. */
async function toySite(): Promise<string> {
  const dir = await emptyFolder();
  await mkdir(join(dir, 'web/toy'), { recursive: true });
  await writeFile(join(dir, 'web/toy/engine.php'), "<?php const TOY = '1.2';");
  await writeFile(join(dir, 'web/index.php'), '');
  return dir;
}

test('it is found, with the reason, and with the database that it runs on', async () => {
  const dir = await toySite();
  const { stderr, code } = await bootdev(['init', '--detect', '--set', 'site.name=shop'], dir, {}, program);
  expect([code, stderr]).toEqual([
    0,
    [
      'Toy 1.2 in web (web/toy/engine.php)',
      'database.engine mariadb (Toy does not run on mysql: it has a column of a name that MySQL took for itself)',
      `Wrote ${join(dir, 'bootdev.yaml')}`,
      'next: bootdev up',
    ].join('\n'),
  ]);
  expect(await readFile(join(dir, 'bootdev.yaml'), 'utf8')).toContain('application: toy\n');
  const schema = JSON.parse(await readFile(join(dir, '.bootdev/settings.schema.json'), 'utf8')) as {
    properties: { application: { enum: string[] } };
  };
  expect(schema.properties.application.enum).toEqual([
    ...['backdrop', 'drupal', 'drupal7', 'php', 'sample', 'toy', 'wordpress'],
  ]);
});

test('the wizard proposes it: Enter alone', async () => {
  const dir = await toySite();
  const screen = terminal(dir, '', { program });
  for (let step = 1; step <= 2; step++) {
    await screen.until(`step ${step} of 7`);
    if (step === 1) screen.type('\r');
  }
  await screen.until('Toy               found here: 1.2');
  await screen.until('Docroot');
  screen.type('\u0003');
  expect(await screen.ended()).toEqual({ code: 2, sane: true });
});

test('settings take its name, and say it beside the others', async () => {
  const dir = await emptyFolder();
  const config = (name: string) => bootdev(['config', 'application', '--set', `application=${name}`], dir, {}, program);
  expect(await config('toy')).toMatchObject({ code: 0, stdout: expect.stringContaining('toy') });
  const { stderr, code } = await config('tooy');
  expect(code).toBe(2);
  expect(stderr).toContain('expected one of backdrop, drupal, drupal7, php, sample, toy, wordpress, not "tooy"');
  // This one has no such folder.
  expect((await bootdev(['config', 'application', '--set', 'application=toy'], dir)).code).toBe(2);
});

test('machines get its files', async () => {
  const dir = await toySite();
  const out = join(dir, 'machines');
  const set = ['--set', 'application=toy', '--set', 'code.docroot=web'];
  expect(await bootdev(['bundle', '--out', out, ...set], dir, {}, program)).toMatchObject({ code: 0 });
  const read = (path: string) => readFile(join(out, path), 'utf8');
  const toy = resolve('test/cli/toy');
  expect(await read('web/app/locations.conf')).toBe(await readFile(join(toy, 'nginx/locations.conf'), 'utf8'));
  expect(await read('admin/app/cron')).toContain("cd './web'");
  expect(await read('web/etc/nginx/limits.conf')).toContain('(?:\\/toy\\/login)');
});
