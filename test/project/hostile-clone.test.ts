/** A folder that came with a clone: what it may not do at the first `bootdev up`. Nothing runs here but the opening of the project. */
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { takeLock } from '../../src/io/lock.ts';
import { openProject } from '../../src/project/context.ts';
import { cloudProject } from '../../src/project/identity.ts';
import { paths } from '../../src/project/paths.ts';

let dir: string;
let outside: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-clone-'));
  outside = await mkdtemp(join(tmpdir(), 'bootdev-home-'));
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
});
afterEach(async () => {
  for (const folder of [dir, outside]) await rm(folder, { recursive: true, force: true });
});

const open = () => openProject({ dir, signal: new AbortController().signal });

describe('the materialised files', () => {
  const compose = async () => join((await open()).materialised, 'compose/compose.yaml');

  it.each<[string, (file: string) => Promise<unknown>]>([
    ['one changed byte', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('lb', 'lB'))],
    ['a file more', (file) => writeFile(join(dirname(file), '../docker/machines/web/Dockerfile.dockerignore'), '*')],
    ['a file less', (file) => rm(join(dirname(file), '../docker/versions.env'))],
    ['another mode', (file) => chmod(file, 0o755)],
    [
      'a link to the same bytes',
      async (file) => {
        await writeFile(join(outside, 'copy'), await readFile(file));
        await rm(file);
        await symlink(join(outside, 'copy'), file);
      },
    ],
    [
      'a link as a folder',
      async (file) => {
        await rm(dirname(file), { recursive: true });
        await symlink(outside, dirname(file));
      },
    ],
    [
      'a file as a folder',
      async (file) => {
        await rm(dirname(file), { recursive: true });
        await writeFile(dirname(file), '');
      },
    ],
  ])('%s is put right before anything of it is used', async (_, change) => {
    const file = await compose();
    const shipped = await readFile('compose/compose.yaml');
    await change(file);
    expect(await compose()).toBe(file);
    expect(await readFile(file)).toEqual(shipped);
    expect((await lstat(file)).mode & 0o777).toBe(0o644);
    const { materialised, sources } = await open();
    const listed = await readdir(materialised, { recursive: true, withFileTypes: true });
    expect(listed.filter((entry) => !entry.isDirectory())).toHaveLength(sources.docker.size + sources.compose.size);
    expect(await readdir(outside).then((names) => names.filter((name) => name !== 'copy'))).toEqual([]);
  });

  it('in place as they should be stay as they are', async () => {
    const file = await compose();
    const before = await lstat(file);
    await compose();
    expect((await lstat(file)).ino).toBe(before.ino);
  });
});

describe('a link below .bootdev', () => {
  const { settings: _, ...own } = paths('', 'local');
  it.each(Object.values(own).map((path) => path.replace(/^\//, '')))(
    '%s is refused, its target unchanged',
    async (path) => {
      const link = join(dir, path);
      const target = join(outside, 'authorized_keys');
      await writeFile(target, 'ssh-ed25519 AAAA');
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link);
      await expect(open()).rejects.toThrow(/is a link; bootdev keeps/);
      expect(await readFile(target, 'utf8')).toBe('ssh-ed25519 AAAA');
      expect(await readlink(link)).toBe(target);
    },
  );

  it.each(['.bootdev', '.bootdev/local'])(
    '%s as a link to a folder is refused, nothing is written there',
    async (path) => {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await symlink(outside, join(dir, path));
      await expect(open()).rejects.toThrow(/is a link/);
      expect(await readdir(outside)).toEqual([]);
    },
  );

  it('cloud.json, and a lock, are refused as well', async () => {
    await open();
    for (const name of ['cloud.json', 'lock']) await symlink(join(outside, name), join(dir, '.bootdev/local', name));
    await expect(cloudProject(dir, 'local')).rejects.toThrow(/is a link/);
    await expect(cloudProject(dir, 'local', 'a1b2c3')).rejects.toThrow(/is a link/);
    await expect(takeLock(join(dir, '.bootdev/local/lock'), 'it')).rejects.toThrow(/is a link/);
    expect(await readdir(outside)).toEqual([]);
  });
});

describe('a .bootdev that git tracks', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: dir, stdio: 'pipe' });

  it('is refused with the command that untracks it, which works', async () => {
    git('init', '--quiet');
    await mkdir(join(dir, '.bootdev'), { recursive: true });
    await writeFile(join(dir, '.bootdev', 'project.json'), '{}');
    git('add', '--force', '.');
    const error = (await open().catch((thrown) => thrown)) as UserError;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain('is in git');
    execFileSync('sh', ['-euc', error.hint?.replace(/ {3}\(.*/, '') ?? 'false'], { cwd: dir });
    await open();
  });
});

describe('what cannot be is one sentence', () => {
  it('.bootdev is a file', async () => {
    await writeFile(join(dir, '.bootdev'), '');
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('.bootdev is a file'), code: 1 });
  });

  it.each([
    ...['', '{', 'null', '[]', '5', '"x"', '\0\u001b[2J', '9'.repeat(1000), '{"ports":5}', '{"ports":{"http":1e300}}'],
    ...['{"__proto__":{"polluted":1},"ports":{"__proto__":{"polluted":1}}}', '{"scale":{"web":1e9,"from":2}}'],
    ...['{"scale":"x","shape":[],"images":"evil","gluster":"\\u001b[31m","rehearsed":{},"lastSeconds":-1}'],
    ...['{"told":["\\u001b[2Jx=1"]}', '{"told":["x"]}', '{"told":{}}'],
    ...['['.repeat(5000), JSON.stringify({ gluster: 'x'.repeat(100_000) })],
  ])('state.json of any content is what can be right of it: %j', async (text) => {
    await mkdir(join(dir, '.bootdev/local'), { recursive: true });
    await writeFile(join(dir, '.bootdev/local/state.json'), text);
    const { state, settings } = await open();
    expect(state).toEqual({ ports: {} });
    expect(settings.web.count).toBe(2);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('what an earlier up is said to have been told is no word of this user: it names no folder of his (E11)', async () => {
    await mkdir(join(dir, '.bootdev/local'), { recursive: true });
    await writeFile(
      join(dir, '.bootdev/local/state.json'),
      JSON.stringify({ told: ['application=php', `code.path=${outside}`] }),
    );
    const opened = await openProject({ dir, asTold: true, signal: new AbortController().signal });
    expect(opened.settings.code.path).toBe(outside);
    expect(opened.ownCode).toBe(false);
    expect((await open()).settings.code.path).toBe('');
  });

  it.each([
    ...[
      '{',
      'null',
      '[]',
      '{"id":5,"dir":"/x"}',
      '{"id":"a1b2c3","dir":"/x\\u0000"}',
      '{"id":"a1b2c3","dir":"relative"}',
    ],
    ...['{"id":"../../x","dir":"/x"}', '\0'.repeat(10), '['.repeat(5000)],
  ])('project.json and cloud.json of any content end in words: %j', async (text) => {
    await mkdir(join(dir, '.bootdev/local'), { recursive: true });
    await writeFile(join(dir, '.bootdev/local/cloud.json'), text);
    await expect(cloudProject(dir, 'local')).rejects.toThrow(/cloud\.json is damaged/);
    await writeFile(join(dir, '.bootdev/project.json'), text);
    await expect(open()).rejects.toThrow(/project\.json is damaged/);
  });

  it('random bytes in each file are a sentence or nothing', async () => {
    const { randomBytes } = await import('node:crypto');
    for (let round = 0; round < 20; round++) {
      await rm(join(dir, '.bootdev'), { recursive: true, force: true });
      await mkdir(join(dir, '.bootdev/local'), { recursive: true });
      for (const name of ['project.json', 'local/state.json', 'local/cloud.json', 'local/lock'])
        await writeFile(join(dir, '.bootdev', name), randomBytes(1 + round * 7));
      for (const work of [
        open,
        () => cloudProject(dir, 'local'),
        () => takeLock(join(dir, '.bootdev/local/lock'), 'it'),
      ])
        await work().catch((error) => expect(error).toBeInstanceOf(UserError));
    }
  });
});
