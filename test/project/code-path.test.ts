/** code.path of a clone stays in the clone; a person may say otherwise, and hears what is taken. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openProject } from '../../src/project/context.ts';
import { readRelease, releaseNote } from '../../src/project/release.ts';
import { pathsOf } from './entries.ts';

let home: string;
let dir: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'bootdev-home-')));
  dir = join(home, 'clones', 'shop');
  await mkdir(join(dir, 'web'), { recursive: true });
  await writeFile(join(dir, 'web', 'index.php'), '<?php');
  await mkdir(join(home, '.ssh'));
  await writeFile(join(home, '.ssh', 'id_rsa'), 'key');
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(dir, name), text);
const release = async (set: string[] = []) => {
  const context = await openProject({ dir, set, signal: new AbortController().signal });
  return readRelease(dir, context.settings, context.sources.docker, { ownChoice: context.ownCode });
};

it.each([['../..'], ['..'], ['/etc'], ['web/../../..'], ['link']])(
  'bootdev.yaml with code.path %s is refused',
  async (path) => {
    await symlink(home, join(dir, 'link'));
    await write('bootdev.yaml', `application: php\ncode: { path: '${path}' }\n`);
    await expect(release()).rejects.toThrow(/leads out of the project/);
  },
);

it('a link to a folder of the project is fine', async () => {
  await symlink('web', join(dir, 'link'));
  await write('bootdev.yaml', 'application: php\ncode: { path: link }\n');
  expect(pathsOf(await release())).toEqual(['index.php']);
});

it("a flag, the user's file and an untracked bootdev.local.yaml may lead outside; a tracked one may not", async () => {
  await write('bootdev.yaml', 'application: php\n');
  await mkdir(join(home, 'site'));
  await writeFile(join(home, 'site', 'index.php'), '<?php');
  expect((await release(['code.path=../../site'])).folder).toEqual({ path: join(home, 'site'), outside: true });
  vi.stubEnv('BOOTDEV_SET_CODE_PATH', join(home, 'site'));
  expect((await release()).folder?.outside).toBe(true);
  vi.unstubAllEnvs();
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
  await write('bootdev.local.yaml', 'code: { path: ../../site }\n');
  expect((await release()).folder?.outside).toBe(true);
  execFileSync('git', ['init', '--quiet'], { cwd: dir });
  execFileSync('git', ['add', '--force', 'bootdev.local.yaml'], { cwd: dir });
  await expect(release()).rejects.toThrow(/leads out of the project/);
});

it('keys and files of a home are never part, and what is taken is said', async () => {
  await write('bootdev.yaml', 'application: php\n');
  const files = ['.aws/credentials', '.netrc', '.bash_history', 'id_ed25519', 'notes.kdbx', '.config/gh/hosts.yml'];
  const site = ['.htaccess', '.well-known/security.txt', 'index.php', 'storage/oauth-private.key', '.env'];
  for (const path of [...files, ...site]) {
    await mkdir(join(home, path, '..'), { recursive: true });
    await writeFile(join(home, path), 'x');
  }
  const taken = await release(['code.path=../..']);
  const paths = pathsOf(taken);
  expect(paths.filter((path) => !path.startsWith('clones/'))).toEqual([...site].sort());
  expect(taken.leftOut.sort()).toEqual(
    ['.aws', '.bash_history', '.config/gh', '.netrc', '.ssh', 'id_ed25519', 'notes.kdbx'].sort(),
  );
  const note = releaseNote(taken) ?? '';
  expect(note).toContain(`${home} (`);
  expect(note).toMatch(/\d+ files, 0\.0 MB, outside the project\); not taken: .+ and 2 more$/);
});

it('nothing is said of an ordinary folder', async () => {
  await write('bootdev.yaml', 'application: php\ncode: { path: web }\n');
  expect(releaseNote(await release())).toBeUndefined();
});
