import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import { makeTar, type TarEntry } from '../../bundle/tar.ts';
import type { Kind } from '../../machines/table.ts';
import type { Release } from '../../project/release.ts';

export interface LoaderInput {
  bundle: Bundle;
  /** Target file of each kind. */
  targets: ReadonlyMap<Kind, string>;
  release?: Release;
  /** What the site's certificate is for: host names and addresses. */
  names: readonly string[];
  /** Whether machines that start from now on use it: the switches of docker/loader. */
  desired: boolean;
}

/** The tar that docker/loader reads. */
export const makeLoaderTar = (input: LoaderInput): Promise<Buffer> => makeTar(entries(input));

function* entries({ bundle, targets, release, names, desired }: LoaderInput): Generator<TarEntry> {
  for (const { digest, manifest, tree } of bundle.machines.values()) {
    yield text(`bundle/${digest}.manifest`, manifest);
    for (const [path, file] of tree) yield { path: `bundle/${digest}/${path}`, ...file };
  }
  for (const target of targets.values()) yield text(`targets/${sha256(target)}.env`, target);
  for (const entry of release?.entries ?? []) yield { ...entry, path: `releases/${release?.digest}/${entry.path}` };
  if (!desired) return;
  for (const [kind, line] of desiredLines(bundle, targets)) yield text(`desired/${kind}`, `${line}\n`);
  if (release) yield text('release', release.digest);
  yield text('names', `${names.join('\n')}\n`);
}

const text = (path: string, content: string): TarEntry => ({ path, mode: '0644', bytes: Buffer.from(content) });

/** For each kind the line "digest target" that its machines boot from. */
export function desiredLines(bundle: Bundle, targets: ReadonlyMap<Kind, string>): Map<Kind, string> {
  return new Map(
    [...bundle.machines].map(([kind, { digest }]) => [kind, `${digest} ${sha256(targets.get(kind) ?? '')}`]),
  );
}
