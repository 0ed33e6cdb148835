import { gzipSync } from 'node:zlib';
import type { Bundle } from '../../bundle/bundle.ts';
import { treeEntries } from '../../bundle/files.ts';
import { makeTar, type TarEntry } from '../../bundle/tar.ts';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Packages } from '../../images/packages.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { instanceMachines, type Kind } from '../../machines/table.ts';
import type { Release } from '../../project/release.ts';

/** Something that instances fetch, under a key that has its digest in it: written once, never changed. */
export interface Artifact {
  key: string;
  /** In words: 'bundle of web'. */
  text: string;
  bytes: () => Promise<Uint8Array>;
}

interface Made {
  bundle: Bundle;
  release: Release;
  packages: ReadonlyMap<Kind, Packages>;
  boot: { digest: string; bytes: Buffer };
}

export function artifacts({ bundle, release, packages, boot }: Made): Artifact[] {
  const bundles = instanceMachines.flatMap(({ kind }) => {
    const machine = bundle.machines.get(kind);
    if (!machine) return [];
    const files = treeEntries(machine.tree);
    return pair(`bundles/${machine.digest}`, `bundle of ${kind}`, machine.manifest, '.tar.gz', () => tarGz(files));
  });
  const debs = [...packages].flatMap(([kind, { digest, manifest, tar }]) =>
    pair(`packages/${digest}`, `packages of ${kind}`, manifest, '.tar', tar),
  );
  const all = [
    ...bundles,
    ...debs,
    ...pair(`releases/${release.digest}`, 'release', release.manifest, '.tar.gz', () => tarGz(release.entries)),
    { key: `boot/${boot.digest}`, text: 'boot program', bytes: async () => boot.bytes },
  ];
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
}

/** The manifest goes last: where it is, the archive is whole. */
function pair(
  at: string,
  text: string,
  manifest: string | Uint8Array,
  suffix: string,
  bytes: Artifact['bytes'],
): Artifact[] {
  return [
    { key: `${at}${suffix}`, text, bytes },
    { key: `${at}.manifest`, text: `${text} (manifest)`, bytes: async () => Buffer.from(manifest as string) },
  ];
}

/** Uploads what the bucket does not have yet. */
export async function* upload(
  bucket: Bucket,
  all: readonly Artifact[],
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  const there = await Promise.all(all.map(({ key }) => bucket.has(key)));
  for (const [index, { key, text, bytes }] of all.entries()) {
    if (there[index]) continue;
    if (signal.aborted) throw new UserError('Stopped while uploading.', { hint: 'bootdev promote goes on there' });
    const at = performance.now();
    yield { type: 'step', id: key, text: `upload ${text}`, state: 'start' };
    await bucket.put(key, await bytes());
    yield { type: 'step', id: key, text: `upload ${text}`, state: 'done', seconds: (performance.now() - at) / 1000 };
  }
}

const tarGz = async (entries: Iterable<TarEntry>) => gzipSync(await makeTar(entries), { level: 9 });
