import { expect, it } from 'vitest';
import { installCompose, installEngine, installMmdebstrap, startDaemon } from '../../src/doctor/install.ts';
import { distro, type Host } from '../../src/host/host.ts';
import { run } from '../../src/io/command.ts';
import { fakeHost, osRelease } from './fake-host.ts';

const machines: [string, Partial<Host>][] = Object.entries(osRelease).flatMap(([name, text]) => [
  [`${name} as root`, { distro: distro(text) }],
  [`${name} as a user`, { distro: distro(text), root: false }],
  [`${name} with systemd`, { distro: distro(text), systemd: true }],
]);

it.each(machines)('writes commands that a shell understands: %s', async (_name, about) => {
  const { host } = fakeHost({}, about);
  const remedies = [await installEngine(host), await installCompose(host), installMmdebstrap(host), startDaemon(host)];
  for (const remedy of remedies) {
    if (!remedy) continue;
    expect(await run('sh', ['-n'], { input: remedy.commands.join('\n') })).toMatchObject({ exitCode: 0, stderr: '' });
    if (about.root === false) expect(remedy.automatic).toBe(false);
  }
});

it('leaves the certificates of a machine alone that has some', async () => {
  const some = async () => '-----BEGIN CERTIFICATE-----';
  expect((await installEngine(fakeHost({}, { read: some }).host))?.commands.join()).not.toContain('ca-certificates');
  expect((await installEngine(fakeHost().host))?.commands.join()).toContain('ca-certificates');
});

it('does not put an odd mirror address into a script', async () => {
  const odd = { exitCode: 0, stdout: "http://x/'; main bookworm bookworm Debian", stderr: '' };
  expect(await installCompose(fakeHost({}, { run: async () => odd }).host)).toBeUndefined();
});

it('reads os-release', () => {
  expect(distro(osRelease.ubuntu)).toEqual({ id: 'ubuntu', like: ['debian'], version: 24.04, codename: 'noble' });
  expect(distro('ID=debian\nVERSION_CODENAME=sid\n').version).toBe(Number.POSITIVE_INFINITY);
  expect(distro('').id).toBe('unknown');
});
