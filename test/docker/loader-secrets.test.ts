/** Keys that the site's user brings, on their way into the volume of the secrets. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TarEntry } from '../../src/bundle/tar.ts';
import { newVolumes, type Volumes } from './loader-volumes.ts';

let volumes: Volumes;
beforeAll(async () => {
  volumes = await newVolumes({ secrets: true });
});
afterAll(() => volumes?.remove());

const key = 'AIzaSyNobodysKeyOfTheTests';
const secret = (name: string, value: string): TarEntry => ({
  path: `secrets/${name}`,
  mode: '0644',
  bytes: Buffer.from(value),
});
const done = { exitCode: 0, stderr: '' };
const listed = () => volumes.shell("cd /secrets/app && stat -c '%A %u:%g %n' map-key && cat map-key");

test('it is there for root and the site alone, replaced by the next one, and on no other volume', async () => {
  expect(await volumes.load([secret('map-key', 'first')])).toEqual(done);
  expect(await listed()).toBe('-r--r----- 0:33 map-key\nfirst');
  expect(await volumes.load([secret('map-key', key)])).toEqual(done);
  expect(await listed()).toBe(`-r--r----- 0:33 map-key\n${key}`);
  expect(await volumes.shell(`grep -rl ${key} / --include=* -s --exclude-dir=proc --exclude-dir=sys || true`)).toBe(
    '/secrets/app/map-key',
  );
  expect(await volumes.shell('ls -A /bundle /secrets/app | grep incoming || true')).toBe('');
});

test('other loads leave it, an empty one takes it away', async () => {
  expect(await volumes.load([])).toEqual(done);
  expect(await listed()).toContain(key);
  expect(await volumes.load([secret('map-key', '')])).toEqual(done);
  await expect(listed()).rejects.toThrow('No such file');
});

test("what bootdev makes itself is nobody's to replace", async () => {
  const before = await volumes.shell('cat /secrets/app/db-password');
  expect(before).toMatch(/^\w{32}$/);
  await volumes.load([secret('db-password', 'known')]);
  expect(await volumes.shell('cat /secrets/app/db-password')).toBe(before);
});
