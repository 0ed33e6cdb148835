import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import { digestOf } from '../../bundle/manifest.ts';
import { withOwnPlaces } from '../../bundle/own-config/places.ts';
import { makeTar, streamTar, type TarEntry } from '../../bundle/tar.ts';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Pieces } from '../../io/command.ts';
import type { Kind } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import { activation, codeEntries, foldersDigest } from '../../project/release/contents.ts';
import type { Release } from '../../project/release.ts';
import { step } from '../../steps.ts';
import { siteNames } from '../target.ts';
import { checkChanges, type Places } from './apply.ts';
import type { Desired } from './desired.ts';
import type { Difference } from './diff.ts';
import type { Observed } from './observe.ts';

interface Configuration {
  bundle: Bundle;
  /** Target file of each kind. */
  targets: ReadonlyMap<Kind, string>;
  /** What the site's certificate is for: host names and addresses. */
  names: readonly string[];
  /** Whether machines that start from now on use it: the switches of docker/loader. */
  desired: boolean;
}

/** What the volumes ask of machines that start is another thing than what they have. */
interface Switches {
  /** It was made what is desired already, since machines are about to start. */
  done: boolean;
  /** To be called when the machines have taken it. Throws UserError. */
  commit(): Promise<void>;
  /** Instead, where they have not: nothing changes. */
  cancel(): Promise<void>;
}

/**
 * Gives the volumes what they lack. Machines that change in place check it, and the switches make it what machines boot from, so that no
 * machine ever boots from what another one could not use. Throws UserError.
 */
export async function* loadVolumes(
  context: Context,
  desired: Desired,
  { load, changes }: Difference,
): AsyncGenerator<Event, Switches> {
  if (!load) return nothingLeft(false);
  const { io, paths, settings } = context;
  const { bundle, targets, code } = desired;
  const configuration = (switches: boolean) =>
    configurationEntries({ bundle, targets, names: siteNames(settings), desired: switches });
  const sent = load.release ? code.release : undefined;
  const switches = [...configuration(true)];
  // For who goes on without bootdev (compose/README.md); before the volumes ask for it, so that a run that is killed in between
  // writes it the next time.
  const writeTar = () => io.files.writeWhole(paths.bundleTar, makeTar(switches));
  return yield* step({ id: 'loader', text: 'write bundle' }, async () => {
    if (changes.length > 0) {
      await deliver(context, configuration(false), sent, { activate: false });
      await checkChanges(io.docker, changes, { applying: !load.first, places: placesOf(context, desired) });
    }
    const rest = sent && changes.length > 0 ? [...switches, activation(sent)] : switches;
    if (!load.first) return switchLater(context, rest, writeTar);
    await writeTar();
    if (changes.length > 0) await runLoader(context, streamTar(rest));
    else await deliver(context, switches, sent, { activate: true });
    return nothingLeft(true);
  });
}

const nothingLeft = (done: boolean): Switches => ({
  done,
  commit: async () => undefined,
  cancel: async () => undefined,
});

/** To start a loader takes as long as a machine takes for its files: it is started beside that, and waits. */
function switchLater(context: Context, entries: TarEntry[], begin: () => Promise<void>): Switches {
  let decide: (go: boolean) => void = () => undefined;
  const decided = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  const cancelled = new Error('the switches were not wanted');
  const input = async function* () {
    if (!(await decided)) throw cancelled;
    yield* streamTar(entries);
  };
  const loading = runLoader(context, input());
  loading.catch(() => undefined); // heard below
  return {
    done: false,
    async commit() {
      await begin();
      decide(true);
      await loading;
    },
    async cancel() {
      decide(false);
      await loading.catch(() => undefined);
    },
  };
}

/** Configuration, and code of which only that is sent which the loader was not given the last time. */
async function deliver(
  context: Context,
  configuration: Iterable<TarEntry>,
  release: Release | undefined,
  { activate }: { activate: boolean },
): Promise<void> {
  const rest = [...configuration];
  if (!release) return runLoader(context, streamTar(rest));
  const { io, paths } = context;
  const load = (base?: Pick<Release, 'digest'> & { manifest: Iterable<Buffer> }) =>
    runLoader(context, streamTar(chain(rest, codeEntries(release, { base, activate }))));
  const last = () => io.files.pieces(paths.delivered);
  const digest = lastDigest(last);
  try {
    await load(digest ? { digest, manifest: last() } : undefined);
  } catch (error) {
    if (!digest || !lacksBase(error)) throw error;
    await load();
  }
  await io.files.writeWhole(paths.delivered, release.manifest);
  await context.saveState({ emptyFolders: foldersDigest(release) });
}

/** Undefined: it is not known what the loader was given, so all is sent. */
function lastDigest(manifest: () => Iterable<Buffer>): string | undefined {
  try {
    return digestOf(manifest());
  } catch {
    return undefined;
  }
}

function* chain<Of>(...all: Iterable<Of>[]): Generator<Of> {
  for (const each of all) yield* each;
}

async function runLoader({ compose }: Context, tar: Pieces): Promise<void> {
  try {
    await compose.run(['run', '--rm', '-T', 'loader'], tar);
  } catch (error) {
    if (!(error instanceof UserError && /No space left on device/.test(error.message))) throw error;
    throw new UserError("The engine's disk is full. Nothing was changed: the machines have what they had.", {
      hint: 'bootdev status --disk shows what this replica has there, docker system df the rest; then bootdev up',
      cause: error,
    });
  }
}

/** The release that the sent one is a change of is not there, or is not what its name says. */
const lacksBase = (error: unknown) =>
  error instanceof UserError && /ended with exit code (?:65|75):/.test(error.message);

/** Machines boot again from what they asked for before; the bundles are still there. */
export async function switchVolumesBack(context: Context, { reports }: Observed): Promise<void> {
  const heard = [...reports.values()].filter((report) => report !== undefined);
  const lines = new Map(heard.map(({ kind, desired, desiredTarget }) => [kind, `${desired} ${desiredTarget}\n`]));
  const release = heard.find(({ kind, release }) => kind === 'web' && release && release !== 'live')?.release;
  const switches = [...lines]
    .filter(([, line]) => line.trim() !== '')
    .map(([kind, line]) => file(`desired/${kind}`, line));
  await runLoader(context, streamTar([...switches, ...(release ? [activation({ digest: release })] : [])]));
}

/** A machine's words about a bundle, with the site's own files where it means these. */
export function placesOf({ own }: Context, { bundle }: Desired): Places {
  const trees = new Map([...bundle.machines.values()].map(({ digest, tree }) => [digest, tree]));
  return (text, digest) => withOwnPlaces(text, trees.get(digest) ?? new Map(), own);
}

/** What docker/loader reads of the configuration; the code is in src/project/release/contents.ts. */
export function* configurationEntries({ bundle, targets, names, desired }: Configuration): Generator<TarEntry> {
  for (const { digest, manifest, tree } of bundle.machines.values()) {
    yield file(`bundle/${digest}.manifest`, manifest);
    for (const [path, content] of tree) yield { path: `bundle/${digest}/${path}`, ...content };
  }
  for (const target of targets.values()) yield file(`targets/${sha256(target)}.env`, target);
  if (!desired) return;
  for (const [kind, line] of desiredLines(bundle, targets)) yield file(`desired/${kind}`, `${line}\n`);
  yield file('names', `${names.join('\n')}\n`);
}

const file = (path: string, content: string | Buffer): TarEntry => ({
  path,
  mode: '0644',
  bytes: Buffer.from(content as string),
});

/** For each kind the line "digest target" that its machines boot from. */
export function desiredLines(bundle: Bundle, targets: ReadonlyMap<Kind, string>): Map<Kind, string> {
  return new Map(
    [...bundle.machines].map(([kind, { digest }]) => [kind, `${digest} ${sha256(targets.get(kind) ?? '')}`]),
  );
}
