/** The base of all machines' images, from a registry or made from Debian's packages: under one tag, decided once. */
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { debianSource } from '../host/debian-source.ts';
import type { Host } from '../host/host.ts';
import { failure, type Output } from '../io/command.ts';
import { removeFolder } from '../io/folder.ts';
import { temporaryFolder } from '../io/temporary.ts';
import { logged, step } from '../steps.ts';

export const baseTag = 'bootdev/debian:trixie-slim';
export const debianTag = 'debian:trixie-slim';
/** What is pulled: Debian's index of all architectures, as it was when this version was made. */
const pinnedDebian = `${debianTag}@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132`;

type Source = 'registry' | 'packages';

const id = 'base-image';

/** Returns where the other images come from: as asked, or with 'auto' what worked. */
export async function* baseImage(
  images: 'auto' | Source,
  host: Host,
  signal?: AbortSignal,
): AsyncGenerator<Event, Source> {
  const present = (await source(host, baseTag, signal)) ?? (await source(host, debianTag, signal));
  if (present && (images === 'auto' || images === present || (await source(host, baseTag, signal)))) {
    await tag(host, signal);
    return images === 'auto' ? present : images;
  }
  const done = (used: Source) => `base image, from ${used}`;
  return yield* step({ id, text: 'base image', done }, () => make(images, host, signal));
}

async function* make(images: 'auto' | Source, host: Host, signal?: AbortSignal): AsyncGenerator<Event, Source> {
  if (images !== 'packages') {
    const trouble = yield* pull(host, signal);
    if (trouble === undefined) {
      await tag(host, signal, pinnedDebian);
      return 'registry';
    }
    if (images === 'registry') {
      throw new UserError(`${debianTag} could not be pulled from the registry: ${trouble}`, {
        hint: 'try again, or set `images: packages` in bootdev.yaml to do without a registry',
      });
    }
    yield { type: 'notice', level: 'info', text: `No registry (${trouble}): images are made from packages.` };
  }
  yield* bootstrap(host, signal);
  return 'packages';
}

/** Undefined when the image was pulled; otherwise why not. A registry may be silent at first (no route), or stop half-way. */
async function* pull(host: Host, signal?: AbortSignal): AsyncGenerator<Event, string | undefined> {
  const patience = new AbortController();
  const within = (ms: number) => setTimeout(() => patience.abort(), ms);
  let timer = within(8_000);
  const signals = AbortSignal.any([patience.signal, ...(signal ? [signal] : [])]);
  const lines = host.follow('docker', ['pull', pinnedDebian], { signal: signals });
  try {
    let next = await lines.next();
    for (; !next.done; next = await lines.next()) {
      clearTimeout(timer);
      timer = within(120_000);
      yield { type: 'log', source: id, line: next.value };
    }
    return next.value.exitCode === 0 ? undefined : lastLine(next.value);
  } catch (error) {
    if (patience.signal.aborted && !signal?.aborted) return 'it does not answer';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function* bootstrap(host: Host, signal?: AbortSignal): AsyncGenerator<Event, void> {
  if (!(await host.has('mmdebstrap'))) {
    throw new UserError('Without a registry the base image is made by mmdebstrap, which is not installed.', {
      hint: 'bootdev doctor --fix   (Debian, Ubuntu; elsewhere `docker load` an image tagged debian:trixie-slim)',
    });
  }
  const folder = await temporaryFolder('bootdev-base');
  const tar = join(folder, 'base.tar');
  // Through a file, not a pipe: half a tree must never become an image.
  try {
    const args = [...mmdebstrapOptions, 'trixie', tar, ...(await sourceLines(host, signal))];
    yield* runLogged(host, 'mmdebstrap', args, signal);
    yield* runLogged(host, 'docker', ['import', ...importOptions, tar, baseTag], signal);
  } finally {
    await removeFolder(folder);
  }
}

/** As Debian's own slim image: nothing but the essential packages, no documentation, no translations, one time stamp. */
const mmdebstrapOptions = [
  '--variant=minbase',
  '--include=ca-certificates',
  ...['doc', 'man', 'info', 'groff', 'lintian', 'locale'].map((it) => `--dpkgopt=path-exclude=/usr/share/${it}/*`),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=path-include=/usr/share/locale/locale.alias',
];
const debian13 = { SOURCE_DATE_EPOCH: String(Date.UTC(2025, 7, 9) / 1000) };
const importOptions = ['--change', 'CMD ["bash"]', '--change', 'LABEL bootdev.source=packages'];

/** A Debian machine's own mirror, which a company may prescribe; elsewhere mmdebstrap's default. */
async function sourceLines(host: Host, signal?: AbortSignal): Promise<string[]> {
  if (host.distro.id !== 'debian') return [];
  const uri = await debianSource(host, signal);
  if (!uri) return [];
  const lines = [`deb ${uri} trixie main`, `deb ${uri} trixie-updates main`];
  const security = await debianSource(host, signal, '-security');
  return security ? [...lines, `deb ${security} trixie-security main`] : lines;
}

/** Throws UserError when the program fails. */
async function* runLogged(
  host: Host,
  command: string,
  args: string[],
  signal?: AbortSignal,
): AsyncGenerator<Event, void> {
  const ended = yield* logged(id, host.follow(command, args, { signal, env: debian13 }));
  if (ended.exitCode !== 0) throw failure(command, args, ended);
}

/** Which source a local image came from; undefined when it is not here. Registries leave a digest, our import a label. */
async function source(host: Host, image: string, signal?: AbortSignal): Promise<Source | undefined> {
  const format = '{{index .Config.Labels "bootdev.source"}}|{{len .RepoDigests}}';
  const { exitCode, stdout } = await host.run('docker', ['image', 'inspect', '--format', format, image], { signal });
  if (exitCode !== 0) return undefined;
  const [label, digests] = stdout.trim().split('|');
  return label === 'packages' || digests === '0' ? 'packages' : 'registry';
}

async function tag(host: Host, signal?: AbortSignal, from = debianTag) {
  if (await source(host, baseTag, signal)) return;
  const args = ['tag', from, baseTag];
  const tagged = await host.run('docker', args, { signal });
  if (tagged.exitCode !== 0) throw failure('docker', args, tagged);
}

const lastLine = ({ stderr, stdout }: Output) =>
  ((stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '').replace(/^Error response from daemon: /, '');
