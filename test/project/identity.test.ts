import { cp, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { projectId, projectName } from '../../src/project/identity.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bootdev-identity-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const project = async (name: string) => {
  const dir = join(folder, name);
  await cp(await mkdtemp(join(tmpdir(), 'bootdev-empty-')), dir, { recursive: true });
  return dir;
};

it('is chosen once for a folder, and another for the next', async () => {
  const one = await project('one');
  expect(await projectId(one)).toBe(await projectId(one));
  expect(await projectId(await project('two'))).not.toBe(await projectId(one));
});

it('stays with a folder that was moved', async () => {
  const one = await project('one');
  const id = await projectId(one);
  await rename(one, join(folder, 'moved'));
  expect(await projectId(join(folder, 'moved'))).toBe(id);
  const saved = JSON.parse(await readFile(join(folder, 'moved', '.bootdev', 'project.json'), 'utf8'));
  expect(saved.dir).toBe(join(folder, 'moved'));
});

it('refuses a copy while the original is there, and says how to part them', async () => {
  const one = await project('one');
  await projectId(one);
  await cp(one, join(folder, 'copy'), { recursive: true });
  await expect(projectId(join(folder, 'copy'))).rejects.toMatchObject({
    message: expect.stringContaining(`copy of ${one}`),
    hint: expect.stringContaining('rm -r'),
  });
});

it('says so when its file is damaged', async () => {
  const one = await project('one');
  await projectId(one);
  await writeFile(join(one, '.bootdev', 'project.json'), '{');
  await expect(projectId(one)).rejects.toThrow('damaged');
});

it('names every machine in at most 63 characters, as DNS does (E8)', () => {
  const named = (name: string, env: string) => projectName({ site: { name, domain: '' } }, '1a2b3c', env);
  expect(named('shop', 'local')).toBe('bootdev-shop-1a2b3c');
  expect(named('shop', 'staging')).toBe('bootdev-shop-1a2b3c-staging');
  const long = 'a'.repeat(31);
  expect(named(long, 'local')).toBe(`bootdev-${long}-1a2b3c`);
  for (const env of ['local', 'staging', 'e'.repeat(12)]) {
    expect(`${named(long, env)}-memcached-4`.length).toBeLessThanOrEqual(63);
    expect(named(long, env)).toMatch(/^bootdev-a{20,31}-1a2b3c/);
  }
  expect(named(`${'a'.repeat(22)}-bcdefgh`, 'e'.repeat(12))).toBe(`bootdev-${'a'.repeat(22)}-1a2b3c-${'e'.repeat(12)}`);
});
