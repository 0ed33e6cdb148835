/** bootdev.lock at an image's build: apt with a repository of its own, in which the package has moved on. */
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locked } from '../../src/images/lock/lock.ts';
import { makeLockedBase } from '../../src/images/lock/locked-base.ts';
import { run } from '../../src/io/command.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { readSources } from '../../src/project/sources.ts';
import { imageOf } from '../scenarios/images.ts';

const name = `bootdev-test-lock-${process.pid}`;
const [plain, newer] = [`${name}:plain`, `${name}:newer`];
const made = [newer, plain];
afterAll(async () => {
  for (const image of made) await execa('docker', ['image', 'rm', '-f', image], { reject: false });
});

/** A repository without folders at `place`, of packages that leave a mark when they are installed. */
const repository = (place: string, versions: string[]) => `
RUN mkdir -p ${place} && cd ${place} && for version in ${versions.join(' ')}; do \\
    mkdir -p /tmp/probe/DEBIAN && printf 'Package: probe\\nVersion: %s\\nArchitecture: all\\nMaintainer: t\\nDescription: t\\n' $version >/tmp/probe/DEBIAN/control \\
 && printf '#!/bin/sh\\necho %s >>/ran\\n' $version >/tmp/probe/DEBIAN/postinst && chmod 0755 /tmp/probe/DEBIAN/postinst \\
 && find /tmp/probe -exec touch -d @0 {} + && SOURCE_DATE_EPOCH=0 dpkg-deb --root-owner-group --build /tmp/probe probe_$version.deb >/dev/null; done \\
 && for deb in *.deb; do dpkg-deb --field $deb; printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' $deb $(stat -c %s $deb) $(sha256sum $deb | cut -d' ' -f1); done >Packages`;

const sums = new Map<string, string>();
beforeAll(async () => {
  const base = await imageOf('base');
  const input = `FROM ${base}
RUN rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* && echo 'deb [trusted=yes] file:/repository ./' >/etc/apt/sources.list
${repository('/repository', ['1.0-1', '1.1-1'])}
`;
  const env = { DOCKER_BUILDKIT: '1' };
  await execa('docker', ['build', '--tag', plain, '-'], { input, env });
  const installed = `FROM ${plain}\nRUN apt-get update -qq && apt-get install -y -qq probe\n`;
  await execa('docker', ['build', '--tag', newer, '-'], { input: installed, env });
  const { stdout } = await execa('docker', [
    ...['run', '--rm', '--network', 'none', '--entrypoint', 'bash', plain, '-c'],
    'sha256sum /repository/*.deb',
  ]);
  for (const [, sum = '', version = ''] of stdout.matchAll(/^(\S+) .*probe_(.*)\.deb$/gm)) sums.set(version, sum);
  expect([...sums.keys()].sort()).toEqual(['1.0-1', '1.1-1']);
});

/** A base where probe is locked. */
async function lock(version: string, { sha256 = sums.get(version) ?? '', base = plain } = {}): Promise<string> {
  const tag = `${name}:${made.length}`;
  made.unshift(tag);
  const row: Locked = { architecture: 'amd64', name: 'probe', version, sha256, images: ['web'] };
  const closure = new Map([['probe', row]]);
  const sources = await readSources(packageRoot);
  const { signal } = new AbortController();
  await makeLockedBase({ sources, signal, io: { run } }, { base, tag, closure });
  return tag;
}

/** As a role's provision.sh does it; then what is installed, and what ran of it. */
const install = (image: string) =>
  execa(
    'docker',
    [
      ...['run', '--rm', '--network', 'none', '--entrypoint', 'bash', image, '-c'],
      'apt-get update -qq; apt-get install -y -qq --no-install-recommends probe >/dev/null; cat /ran; dpkg-query -W probe',
    ],
    { reject: false, all: true },
  );

test('without a lock apt takes the newest; with one, the one that it names, though the mirror has a newer one', async () => {
  expect((await install(plain)).all).toMatch(/^1\.1-1\nprobe\t1\.1-1$/m);
  expect((await install(await lock('1.0-1'))).all).toMatch(/^1\.0-1\nprobe\t1\.0-1$/m);
});

test('a .deb with another sha256 is refused before anything of it runs', async () => {
  const { all } = await install(await lock('1.0-1', { sha256: 'f'.repeat(64) }));
  expect(all).toContain(`bootdev.lock: probe 1.0-1 has another sha256 (${sums.get('1.0-1')}) than there`);
  expect(all).toContain('no packages found matching probe');
  expect(all).toContain('/ran: No such file');
});

test('a version that no mirror has is said, and no other one is taken', async () => {
  const { all } = await install(await lock('0.8-1', { sha256: 'f'.repeat(64) }));
  expect(all).toContain('bootdev.lock: probe is 0.8-1 there, and the mirror has 1.1-1');
  expect(all).toContain('no packages found matching probe');
});

test('a base that has a newer one already goes down to it', async () => {
  const tag = await lock('1.0-1', { base: newer });
  const { stdout } = await execa('docker', [
    ...['run', '--rm', '--network', 'none', '--entrypoint', 'dpkg-query', tag, '-W', 'probe'],
  ]);
  expect(stdout).toBe('probe\t1.0-1');
});

const look = async (image: string, before = 'true') => {
  const scripts = ['--volume', `${packageRoot}/docker:/docker:ro`, '--entrypoint', 'bash'];
  const { stdout } = await execa('docker', [
    ...['run', '--rm', '--network', 'none', ...scripts, image, '-c'],
    `${before} && bash /docker/lock/look`,
  ]);
  return stdout.split('\n');
};

test('upgrade looks past the lock: what is newer, and all else as it is', async () => {
  const locked = await lock('1.0-1', { base: newer });
  const lines = await look(locked);
  expect(lines).toContain('deb probe 1.1-1 all');
  expect(lines.filter((line) => line.startsWith('deb ')).length).toBeGreaterThan(80);
  // Nothing newer: the same list, which must not be an empty one.
  expect(await look(newer)).toEqual(lines);
});
