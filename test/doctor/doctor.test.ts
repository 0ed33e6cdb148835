import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/commands/confirm.ts';
import { doctor } from '../../src/doctor/doctor.ts';
import { UserError } from '../../src/errors.ts';
import type { Event } from '../../src/events.ts';
import { distro, type Host } from '../../src/host/host.ts';
import { bare, fakeHost, osRelease } from './fake-host.ts';

type Options = Parameters<typeof doctor>[0];

/** `doctor --fix --yes` */
const fixing: Options = { confirmFix: async () => {} };

async function examine(host: Host, options: Options = {}) {
  const events: Event[] = [];
  const examination = doctor({ host, ...options });
  let next = await examination.next();
  for (; !next.done; next = await examination.next()) events.push(next.value);
  const steps = events.flatMap((event) => (event.type === 'step' && event.state !== 'start' ? [event] : []));
  const hints = events.flatMap((event) => (event.type === 'notice' ? [event.hint ?? ''] : []));
  return { ready: next.value, events, hints, failed: steps.filter((it) => it.state === 'failed').map((it) => it.text) };
}

describe('what doctor finds', () => {
  it('is content with a complete machine', async () => {
    const { ready, events } = await examine(fakeHost().host);
    expect(ready).toBe(true);
    expect(events.filter((it) => it.type === 'notice')).toEqual([]);
    expect(events.at(-1)).toEqual({ type: 'done', text: 'This machine has all that a replica needs.' });
  });

  it.each([
    ['no docker', bare, 'Docker: the docker command is not installed'],
    [
      'a client without an engine',
      { dockerd: false, engine: undefined as never },
      'Docker: the docker command is here (28.2.2), but the engine, dockerd, is not',
    ],
    ['an old engine', { engine: '19.03.13' }, 'Docker: engine 19.03.13 is too old: 20.10 or newer is needed'],
    ['a stopped daemon', { engine: undefined as never }, 'Docker daemon: is stopped'],
    [
      'no compose',
      { compose: undefined as never },
      'Docker Compose: the plugin (`docker compose`, version 2) is not installed',
    ],
    ['an old compose', { compose: 'v2.19.1' }, 'Docker Compose: version v2.19.1 is too old: 2.20 or newer is needed'],
    ['compose 1', { compose: '1.29.2' }, 'Docker Compose: version 1.29.2 is too old: 2.20 or newer is needed'],
    [
      'no buildx',
      { buildx: undefined as never },
      'Docker Compose: the buildx plugin, which it builds images with, is not installed',
    ],
    ['a full disk', { freeSpace: 1e9 }, 'Disk: 0.9 GB free, 5.0 GB needed in /var/lib/docker'],
  ])('%s', async (_name, state, text) => {
    const { ready, failed } = await examine(fakeHost(state).host);
    expect(ready).toBe(false);
    expect(failed).toContain(text);
  });

  it('names the group when the socket is not for this user', async () => {
    const { ready, hints } = await examine(fakeHost({ denied: true }, { root: false }).host);
    expect(ready).toBe(false);
    expect(hints).toContain('sudo usermod -aG docker "$USER"\nnewgrp docker');
  });

  it('names the other endpoint instead of starting a daemon here', async () => {
    const { host, ran } = fakeHost(
      { engine: undefined as never, dockerd: false },
      { env: { DOCKER_HOST: 'tcp://there:2376' } },
    );
    const { ready, failed } = await examine(host, fixing);
    expect(ready).toBe(false);
    expect(failed[0]).toContain('DOCKER_HOST (tcp://there:2376) does not answer');
    expect(ran).toEqual([]);
  });

  it('warns, and no more, when neither image, registry nor mmdebstrap is there', async () => {
    const { ready, hints } = await examine(fakeHost({ images: [] }).host);
    expect(ready).toBe(true);
    expect(hints.join()).toContain('mmdebstrap debian-archive-keyring');
  });
});

describe('doctor --fix', () => {
  it('makes a bare Debian 12 without systemd ready', async () => {
    const { host, ran } = fakeHost(bare);
    const { ready } = await examine(host, fixing);
    expect(ready).toBe(true);
    expect(ran.map((script) => script.split('\n').at(0))).toEqual([
      'apt-get update',
      'grep -q cgroup /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup',
      expect.stringContaining('apt=$(mktemp -d)'),
      'apt-get update',
    ]);
    expect(ran[0]).toContain('docker.io');
    expect(ran[2]).toContain('http://mirror.example/debian/ trixie main');
  });

  it.each([
    ['debian13', 'docker-compose docker-buildx'],
    ['ubuntu', 'docker-compose-v2 docker-buildx'],
  ] as const)('takes %s’s own compose', async (name, packages) => {
    const { host, ran } = fakeHost(bare, { distro: distro(osRelease[name]), systemd: true });
    expect((await examine(host, fixing)).ready).toBe(true);
    expect(ran).toContain('systemctl enable --now docker');
    expect(ran.join('\n')).toContain(`--no-install-recommends ${packages}`);
  });

  it.each([
    ['macOS', { platform: 'darwin', distro: distro(''), root: false }, 'brew install --cask docker-desktop'],
    ['Fedora', { distro: distro(osRelease.fedora) }, 'dnf install -y moby-engine'],
    ['a user who is not root', { root: false }, 'sudo apt-get update\nsudo DEBIAN_FRONTEND=noninteractive apt-get'],
  ] as const)('only shows the commands on %s', async (_name, about, command) => {
    const { host, ran } = fakeHost(bare, about);
    const { ready, hints } = await examine(host, fixing);
    expect(ready).toBe(false);
    expect(ran).toEqual([]);
    expect(hints.join('\n')).toContain(command);
  });

  it('never frees disk by itself', async () => {
    const { host, ran } = fakeHost({ freeSpace: 1e9 });
    expect((await examine(host, fixing)).ready).toBe(false);
    expect(ran).toEqual([]);
  });

  it('does not believe a remedy that changed nothing', async () => {
    const { host } = fakeHost({ engine: undefined as never, broken: true });
    expect((await examine(host, fixing)).failed).toContain('Docker daemon: is stopped');
  });

  it('needs --yes where nobody can be asked, but only if there is something to change', async () => {
    const line = ['doctor', '--fix'];
    const call = {
      line,
      args: [],
      flags: { projectDir: '.', set: [], json: true },
      signal: new AbortController().signal,
      say: <Said>(said: Said) => said,
    };
    const confirmFix = (text: string, declined: string) => confirm(call, { text, declined });
    expect((await examine(fakeHost().host, { confirmFix })).ready).toBe(true);
    const { host, ran } = fakeHost(bare);
    await expect(examine(host, { confirmFix })).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('--yes'),
      hint: 'bootdev doctor --fix --yes',
    });
    expect(ran).toEqual([]);
  });

  it('shows the commands before it asks, and takes no for an answer', async () => {
    const { host, ran } = fakeHost(bare);
    const events: Event[] = [];
    let shown: Event | undefined;
    const confirmFix = async (_question: string, declined: string) => {
      shown = events.at(-1);
      throw new UserError(declined, { code: 2 });
    };
    const examination = doctor({ host, confirmFix });
    await expect(async () => {
      for await (const event of examination) events.push(event);
    }).rejects.toMatchObject({ code: 2, message: expect.stringContaining('Docker stays as it is: ') });
    expect(shown).toMatchObject({ type: 'notice', hint: expect.stringContaining('docker.io') });
    expect(ran).toEqual([]);
  });

  it('tells what a failed remedy said', async () => {
    const { host } = fakeHost(bare, {
      async *follow() {
        yield 'E: Unable to locate package docker.io';
        return { stdout: '', stderr: '', exitCode: 100 };
      },
    });
    await expect(examine(host, fixing)).rejects.toMatchObject({
      message: expect.stringContaining('exit code 100'),
      hint: expect.stringContaining('Unable to locate package'),
    });
  });
});
