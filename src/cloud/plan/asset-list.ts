import { gzipSync } from 'node:zlib';
import type { Bundle } from '../../bundle/bundle.ts';
import { treeEntries } from '../../bundle/files.ts';
import { makeTar, streamTar } from '../../bundle/tar.ts';
import type { Packages } from '../../images/packages.ts';
import { instanceMachines, type Kind } from '../../machines/table.ts';
import { releaseEntries } from '../../project/release/contents.ts';
import type { Release } from '../../project/release.ts';

/** A file that instances fetch, under a key that contains its digest: written once, never changed. */
export interface Asset {
  key: string;
  /** In words: 'bundle of web'. */
  text: string;
  /** Made when it is uploaded. `packed`: in pieces, since it may be larger than memory, and to be compressed. */
  content: { bytes: () => Promise<Uint8Array> } | { packed: () => Iterable<Uint8Array> };
}

interface AssetParts {
  bundle: Bundle;
  release: Release;
  packages: ReadonlyMap<Kind, Packages>;
  boot: { digest: string; bytes: Buffer };
}

/** Each key once: kinds of machines may share a bundle or packages. */
export function listAssets({ bundle, release, packages, boot }: AssetParts): Asset[] {
  const bundles = instanceMachines.flatMap(({ kind }) => {
    const machine = bundle.machines.get(kind);
    if (!machine) return [];
    const files = treeEntries(machine.tree);
    return archive(`bundles/${machine.digest}`, `bundle of ${kind}`, machine.manifest, '.tar.gz', {
      bytes: async () => gzipSync(makeTar(files), { level: 9 }),
    });
  });
  const debs = [...packages].flatMap(([kind, { digest, manifest, tar }]) =>
    archive(`packages/${digest}`, `packages of ${kind}`, manifest, '.tar', { bytes: tar }),
  );
  const all = [
    ...bundles,
    ...debs,
    ...archive(`releases/${release.digest}`, 'release', release.manifest, '.tar.gz', {
      packed: () => streamTar(releaseEntries(release)),
    }),
    { key: `boot/${boot.digest}`, text: 'boot program', content: { bytes: async () => boot.bytes } },
  ];
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
}

/** The manifest is uploaded last: where it exists, the archive is complete. */
function archive(
  at: string,
  text: string,
  manifest: string | Uint8Array | readonly Buffer[],
  suffix: string,
  content: Asset['content'],
): Asset[] {
  return [
    { key: `${at}${suffix}`, text, content },
    {
      key: `${at}.manifest`,
      text: `${text} (manifest)`,
      content: {
        bytes: async () => (Array.isArray(manifest) ? Buffer.concat(manifest) : Buffer.from(manifest as string)),
      },
    },
  ];
}
