import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRelease } from '../../src/project/release.ts';
import { completeSettings, type SettingsInput } from '../../src/settings/schema.ts';
import { entriesOf, pathsOf } from './entries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootdev-release-'));
  await mkdir(join(folder, 'web', '.git'), { recursive: true });
  await writeFile(join(folder, 'web', 'index.php'), '<?php');
  await writeFile(join(folder, 'web', '.git', 'HEAD'), 'x');
  await symlink('/srv/files/public', join(folder, 'web', 'uploads'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const of = (code: SettingsInput['code']) =>
  readRelease(folder, completeSettings({ application: 'php', code }), new Map());

it('takes the files of code.path with normal modes, symlinks as they are, and no history', async () => {
  await chmod(join(folder, 'web', 'index.php'), 0o600); // umask 077
  const release = await of({ path: 'web' });
  expect(entriesOf(release).map(({ path, mode }) => `${mode} ${path}`)).toEqual(['0644 index.php', '120000 uploads']);
});

it('has a digest of the content, not of times or owners', async () => {
  const before = (await of({ path: 'web' })).digest;
  await writeFile(join(folder, 'web', 'index.php'), '<?php');
  expect((await of({ path: 'web' })).digest).toBe(before);
  await writeFile(join(folder, 'web', 'index.php'), '<?php ');
  expect((await of({ path: 'web' })).digest).not.toBe(before);
});

it.each([
  [{ path: 'nowhere' }, 'cannot be read'],
  [{ path: 'web', docroot: 'public' }, 'no code in web/public'],
])('refuses %o with what to set', async (code, words) => {
  await expect(of(code)).rejects.toMatchObject({ message: expect.stringContaining(words), hint: expect.any(String) });
});

it('refuses a name with a line break: a digest is taken over lines', async () => {
  await writeFile(join(folder, 'web', 'a\nb.php'), '');
  await expect(of({ path: 'web' })).rejects.toMatchObject({
    message: 'code.path: the name "a\\nb.php" has a line break in it.',
    hint: 'rename this file',
  });
});

it('is the sample where no path is set', async () => {
  const sources = new Map([
    ['apps/sample/app.yaml', Buffer.from('title: Sample\ncode: sample-site\n')],
    ['sample-site/index.php', Buffer.from('<?php')],
    ['nginx/x', Buffer.from('')],
  ]);
  expect(pathsOf(await readRelease(folder, completeSettings(), sources))).toEqual(['index.php']);
});
