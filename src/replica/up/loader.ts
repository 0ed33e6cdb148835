import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import { makeTar, type TarEntry } from '../../bundle/tar.ts';
import type { Event } from '../../events.ts';
import type { Kind } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import type { Release } from '../../project/release.ts';
import { step } from '../../steps.ts';
import { siteNames } from '../target.ts';
import { checkChanges } from './apply.ts';
import type { Desired } from './desired.ts';
import type { Difference } from './diff.ts';

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
 * Gives the volumes what they lack; where machines change in place, only after these have checked it. `switched`: when machines that
 * start boot from it. Throws UserError.
 */
export async function* loadVolumes(
  { io, compose, paths, settings }: Context,
  { bundle, targets, release }: Desired,
  { load, changes }: Difference,
): AsyncGenerator<Event, { switched: Promise<unknown> }> {
  if (!load) return { switched: Promise.resolve() };
  const tar = (what: Pick<LoaderInput, 'release' | 'desired'>) =>
    makeLoaderTar({ bundle, targets, names: siteNames(settings), ...what });
  const run = (input: Buffer) => compose.run(['run', '--rm', '-T', 'loader'], input);
  return yield* step({ id: 'loader', text: 'write bundle' }, async () => {
    if (changes.length > 0) {
      await run(await tar({ ...(load.release ? { release } : {}), desired: false }));
      await checkChanges(io.docker, changes);
    }
    // For who goes on without bootdev (compose/README.md): with the code, also when the volumes have it already; and before
    // the volumes ask for it, so that a run that is killed in between writes it the next time.
    const whole = await tar({ release, desired: true });
    await io.files.writeWhole(paths.bundleTar, whole);
    const switched = run(load.release ? whole : await tar({ desired: true }));
    switched.catch(() => undefined); // awaited later; a machine that fails before must not end the program for this
    // Machines that only activate files, checked above, need not wait for the switches.
    if (load.first) await switched;
    return { switched };
  });
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
