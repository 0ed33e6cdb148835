import { describe, expect, it, vi } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { baseImage } from '../../src/images/base-image.ts';
import type { Output } from '../../src/io/command.ts';
import { fakeHost } from '../doctor/fake-host.ts';

interface World {
  /** Local images by tag, with what `docker image inspect` prints for label|digests. */
  images: Record<string, string>;
  /** How `docker pull` ends; 'silent' never does. */
  pull?: Output | 'silent';
  mmdebstrap?: boolean;
}

const done = { stdout: '', stderr: '', exitCode: 0 };
const noHost = { stdout: '', stderr: 'lookup registry: no such host', exitCode: 1 };

/** Docker's images and a registry in memory; `pull`, `tag` and `import` change them as the real ones do. */
function world({ images, pull = noHost, mmdebstrap = true }: World) {
  const ran: string[] = [];
  const host: Partial<Host> = {
    async run(command, args) {
      if (command === 'apt-get')
        return { ...done, stdout: 'http://mirror.example/debian/ main bookworm bookworm Debian' };
      const image = images[args.at(-1) ?? ''];
      if (args[0] === 'image') return image ? { ...done, stdout: image } : { ...done, exitCode: 1 };
      if (args[0] === 'tag') images[args[2] ?? ''] = images[args[1] ?? ''] ?? '';
      return done;
    },
    async *follow(command, args, { signal } = {}) {
      ran.push([command, ...args].join(' '));
      yield 'working';
      if (args[0] === 'import') images[args.at(-1) ?? ''] = 'packages|0';
      if (args[0] !== 'pull') return done;
      if (pull === 'silent')
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      else if (pull.exitCode === 0) images[args.at(-1) ?? ''] = '|1';
      return pull as Output;
    },
    has: async () => mmdebstrap,
  };
  return { ran, images, host: fakeHost({}, host).host };
}

async function make(host: Host, images: 'auto' | 'registry' | 'packages', signal?: AbortSignal) {
  const notices: string[] = [];
  const events = baseImage(images, host, signal);
  let next = await events.next();
  for (; !next.done; next = await events.next()) if (next.value.type === 'notice') notices.push(next.value.text);
  return { source: next.value, notices };
}

describe('baseImage', () => {
  it.each([
    ['|0', 'packages'],
    ['packages|1', 'packages'],
    ['|1', 'registry'],
  ])('uses the image that is here (%s: from %s)', async (inspected, source) => {
    const { host, ran, images } = world({ images: { 'debian:trixie-slim': inspected } });
    expect(await make(host, 'auto')).toEqual({ source, notices: [] });
    expect(images['bootdev/debian:trixie-slim']).toBe(inspected);
    expect(ran).toEqual([]);
  });

  it('keeps a base image that was decided before, whatever is asked now', async () => {
    const { host, ran } = world({ images: { 'bootdev/debian:trixie-slim': 'packages|0' } });
    expect((await make(host, 'registry')).source).toBe('registry');
    expect(ran).toEqual([]);
  });

  it('pulls from a registry', async () => {
    const { host, ran, images } = world({ images: {}, pull: done });
    expect((await make(host, 'auto')).source).toBe('registry');
    expect(ran).toEqual([expect.stringMatching(/^docker pull debian:trixie-slim@sha256:[0-9a-f]{64}$/)]);
    expect(images['bootdev/debian:trixie-slim']).toBe('|1');
  });

  it('makes the image from packages where no registry answers, and says so', async () => {
    const { host, ran, images } = world({ images: {} });
    const { source, notices } = await make(host, 'auto');
    expect(source).toBe('packages');
    expect(notices).toEqual(['No registry (lookup registry: no such host): images are made from packages.']);
    expect(ran[1]).toContain('deb http://mirror.example/debian/ trixie main');
    expect(images['bootdev/debian:trixie-slim']).toBe('packages|0');
  });

  it('says what the registry said when it was asked for', async () => {
    const { host } = world({ images: {} });
    await expect(make(host, 'registry')).rejects.toMatchObject({ message: expect.stringContaining('no such host') });
  });

  it('names the remedy when mmdebstrap is missing', async () => {
    const { host } = world({ images: {}, mmdebstrap: false });
    await expect(make(host, 'packages')).rejects.toMatchObject({ hint: expect.stringContaining('doctor --fix') });
  });

  it('stops when it is told to, and does not take that for a silent registry', async () => {
    const { host, ran } = world({ images: {}, pull: 'silent' });
    const stop = new AbortController();
    const making = make(host, 'auto', stop.signal);
    setImmediate(() => stop.abort(new Error('stopped')));
    await expect(making).rejects.toThrow('stopped');
    expect(ran).toHaveLength(1);
  });

  it('gives a registry up that stops half-way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { host } = world({ images: {}, pull: 'silent' });
      const making = make(host, 'auto');
      await vi.advanceTimersByTimeAsync(130_000);
      expect(await making).toEqual({
        source: 'packages',
        notices: ['No registry (it does not answer): images are made from packages.'],
      });
    } finally {
      vi.useRealTimers();
    }
  });
});
