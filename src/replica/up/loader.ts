import { type Pack, pack } from 'tar-stream';
import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
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

/** The tar that docker/loader reads. Same input, same bytes: no times, no owners. */
export async function makeLoaderTar({ bundle, targets, release, names, desired }: LoaderInput): Promise<Buffer> {
  const tar = pack();
  const collected = collect(tar);
  const file = (name: string, bytes: Buffer | string, mode = 0o644) =>
    tar.entry(
      { name, mode, mtime: new Date(0), uid: 0, gid: 0 },
      typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    );
  for (const { digest, manifest, tree } of bundle.machines.values()) {
    file(`bundle/${digest}.manifest`, manifest);
    for (const [path, { bytes, mode }] of tree) file(`bundle/${digest}/${path}`, bytes, Number.parseInt(mode, 8));
  }
  for (const text of targets.values()) file(`targets/${sha256(text)}.env`, text);
  if (release) {
    for (const { path, mode, bytes } of release.entries) {
      const name = `releases/${release.digest}/${path}`;
      if (mode === '120000') tar.entry({ name, type: 'symlink', linkname: bytes.toString(), mtime: new Date(0) });
      else file(name, bytes, Number.parseInt(mode, 8));
    }
  }
  if (desired) {
    for (const [kind, line] of desiredLines(bundle, targets)) file(`desired/${kind}`, `${line}\n`);
    if (release) file('release', release.digest);
    file('names', `${names.join('\n')}\n`);
  }
  tar.finalize();
  return collected;
}

/** For each kind the line "digest target" that its machines boot from. */
export function desiredLines(bundle: Bundle, targets: ReadonlyMap<Kind, string>): Map<Kind, string> {
  return new Map(
    [...bundle.machines].map(([kind, { digest }]) => [kind, `${digest} ${sha256(targets.get(kind) ?? '')}`]),
  );
}

async function collect(tar: Pack): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
