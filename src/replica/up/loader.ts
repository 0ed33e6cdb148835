import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import { withOwnPlaces } from '../../bundle/own-config/places.ts';
import { makeTar, type TarEntry } from '../../bundle/tar.ts';
import type { Event } from '../../events.ts';
import type { Kind } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import type { Release } from '../../project/release.ts';
import { step } from '../../steps.ts';
import { siteNames } from '../target.ts';
import { checkChanges, type Places } from './apply.ts';
import type { Desired } from './desired.ts';
import type { Difference } from './diff.ts';
import type { Observed } from './observe.ts';

interface LoaderInput {
  bundle: Bundle;
  /** Target file of each kind. */
  targets: ReadonlyMap<Kind, string>;
  release?: Release;
  /** What the site's certificate is for: host names and addresses. */
  names: readonly string[];
  /** Whether machines that start from now on use it: the switches of docker/loader. */
  desired: boolean;
}

/**
 * Gives the volumes what they lack. Machines that change in place check it, and `switchVolumes` makes it what machines boot from: to be
 * called when these have taken it, so that no machine ever boots from what another one could not use. `switched`: that was done here, since
 * machines are about to start. Throws UserError.
 */
export async function* loadVolumes(
  context: Context,
  desired: Desired,
  { load, changes }: Difference,
): AsyncGenerator<Event, { switched: boolean; switchVolumes: () => Promise<void> }> {
  if (!load) return { switched: false, switchVolumes: async () => undefined };
  const { io, paths, settings } = context;
  const {
    bundle,
    targets,
    code: { release },
  } = desired;
  const tar = (what: Pick<LoaderInput, 'release' | 'desired'>) =>
    makeLoaderTar({ bundle, targets, names: siteNames(settings), ...what });
  const switchVolumes = async () => {
    // For who goes on without bootdev (compose/README.md): with the release, also when the volumes have it already; and before
    // the volumes ask for it, so that a run that is killed in between writes it the next time.
    const whole = await tar({ ...(release ? { release } : {}), desired: true });
    await io.files.writeWhole(paths.bundleTar, whole);
    await run(context, load.release ? whole : await tar({ desired: true }));
  };
  return yield* step({ id: 'loader', text: 'write bundle' }, async () => {
    if (changes.length > 0) {
      await run(context, await tar({ ...(load.release && release ? { release } : {}), desired: false }));
      await checkChanges(io.docker, changes, placesOf(context, desired));
    }
    if (!load.first) return { switched: false, switchVolumes };
    await switchVolumes();
    return { switched: true, switchVolumes: async () => undefined };
  });
}

/** Machines boot again from what they asked for before; the bundles are still there. */
export async function switchVolumesBack(context: Context, { reports }: Observed): Promise<void> {
  const heard = [...reports.values()].filter((report) => report !== undefined);
  const lines = new Map(heard.map(({ kind, desired, desiredTarget }) => [kind, `${desired} ${desiredTarget}\n`]));
  const release = heard.find(({ kind, release }) => kind === 'web' && release)?.release;
  const switches = [...lines]
    .filter(([, line]) => line.trim() !== '')
    .map(([kind, line]) => file(`desired/${kind}`, line));
  await run(context, await makeTar([...switches, ...(release ? [file('release', release)] : [])]));
}

const run = ({ compose }: Context, input: Buffer) => compose.run(['run', '--rm', '-T', 'loader'], input);

/** A machine's words about a bundle, with the site's own files where it means these. */
export function placesOf({ own }: Context, { bundle }: Desired): Places {
  const trees = new Map([...bundle.machines.values()].map(({ digest, tree }) => [digest, tree]));
  return (text, digest) => withOwnPlaces(text, trees.get(digest) ?? new Map(), own);
}

/** The tar that docker/loader reads. */
export const makeLoaderTar = (input: LoaderInput): Promise<Buffer> => makeTar(entries(input));

function* entries({ bundle, targets, release, names, desired }: LoaderInput): Generator<TarEntry> {
  for (const { digest, manifest, tree } of bundle.machines.values()) {
    yield file(`bundle/${digest}.manifest`, manifest);
    for (const [path, content] of tree) yield { path: `bundle/${digest}/${path}`, ...content };
  }
  for (const target of targets.values()) yield file(`targets/${sha256(target)}.env`, target);
  for (const entry of release?.entries ?? []) yield { ...entry, path: `releases/${release?.digest}/${entry.path}` };
  if (!desired) return;
  for (const [kind, line] of desiredLines(bundle, targets)) yield file(`desired/${kind}`, `${line}\n`);
  if (release) yield file('release', release.digest);
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
