import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entriesIn, isAsCommitted, isTracked } from '../../../src/io/guard/git-index.ts';

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'bootdev-git-')));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args], {
    cwd: dir,
    encoding: 'utf8',
    stdio: 'pipe',
  });
/** "id path" of each entry, in git's own words. */
const listed = () =>
  git('ls-files', '-z', '--stage')
    .split('\0')
    .filter(Boolean)
    .map((line) => line.replace(/^\d+ (\w+) \d\t/, '$1 '));
const files = ['.bootdev/a', '.boo', 'site/.bootdev/project.json', 'site/x', 'ä/ö', `${'long/'.repeat(30)}name`];
const commit = async () => {
  for (const path of files) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), path);
  }
  git('add', '--all');
};

it.each([
  ['2', []],
  ['4', []],
  ['2', ['--object-format=sha256']],
])('an index of version %s is read as git itself reads it %j', async (version, options) => {
  git('init', '--quiet', ...options);
  git('config', 'index.version', version);
  await commit();
  git('add', '--intent-to-add', '.'); // nothing; keeps the version
  git('update-index', '--index-version', version);
  const index = await readFile(join(dir, '.git/index'));
  expect(index.readUInt32BE(4)).toBe(Number(version));
  expect(entriesIn(index).map(({ path, id }) => `${id} ${path}`)).toEqual(listed());
  expect(await isTracked(dir, '.bootdev')).toBe(true);
  expect(await isTracked(join(dir, 'site'), '.bootdev')).toBe(true);
  expect(await isTracked(join(dir, 'ä'), '.bootdev')).toBe(false);
  expect(await isTracked(dir, 'bootdev.local.yaml')).toBe(false);
});

it('an entry with extended flags (version 3) does not stop it', async () => {
  git('init', '--quiet');
  await commit();
  await writeFile(join(dir, '.a'), '');
  git('add', '--intent-to-add', '.a');
  const index = await readFile(join(dir, '.git/index'));
  expect(index.readUInt32BE(4)).toBe(3);
  expect(entriesIn(index).map(({ path, id }) => `${id} ${path}`)).toEqual(listed());
});

it('a linked work tree has its own index', async () => {
  git('init', '--quiet');
  await commit();
  git('commit', '--quiet', '-m', 'all');
  git('worktree', 'add', '--quiet', join(dir, 'other'));
  expect(await isTracked(join(dir, 'other'), '.bootdev')).toBe(true);
});

it('without git, and with an index of any bytes, nothing is known to be tracked', async () => {
  expect(await isTracked(dir, '.bootdev')).toBe(false);
  await mkdir(join(dir, '.git'));
  for (let round = 0; round < 200; round++) {
    const header = Buffer.from('DIRC\0\0\0\x02\0\0\0\x05', 'latin1');
    header[7] = 2 + (round % 3);
    await writeFile(join(dir, '.git/index'), Buffer.concat([header, randomBytes(round * 5)]));
    expect(await isTracked(dir, '.bootdev')).toBe(false);
  }
});

it('what is as git has it may have come with a clone; what is new or changed is this computer’s', async () => {
  const same = (name: string, ...texts: string[]) => isAsCommitted(dir, name, texts);
  expect(await same('site/x', 'site/x')).toBe(false); // no git
  for (const format of ['sha1', 'sha256']) {
    await rm(join(dir, '.git'), { recursive: true, force: true });
    git('init', '--quiet', `--object-format=${format}`);
    await commit();
    expect(await same('site/x', 'site/x')).toBe(true);
    expect(await isAsCommitted(join(dir, 'site'), 'x', ['other', 'site/x'])).toBe(true);
    expect(await same('site/x', 'changed')).toBe(false);
    expect(await same('site/new', 'site/new')).toBe(false);
    expect(await same('site/x/y', 'z')).toBe(true); // a submodule's
  }
});
