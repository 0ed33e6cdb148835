/** The contents of a release's files, as they are delivered. */
import { createHash } from 'node:crypto';
import { sha256 } from '../../bundle/digest.ts';
import { changedSince, type Manifest, type ManifestEntry, manifestEntries } from '../../bundle/manifest.ts';
import type { TarEntry } from '../../bundle/tar.ts';
import { UserError } from '../../errors.ts';
import { linkBytes, newBuffer, readPieces, toBytes, toText } from '../../io/tree.ts';
import type { Release } from '../release.ts';

/** What an entry of a manifest contains. */
export type Read = (entry: ManifestEntry) => { bytes: Buffer } | { size: number; pieces: Iterable<Buffer> };

/** A file is not what it was when the release was named by its digest: another release, then. */
export class CodeChanged extends UserError {
  constructor(path: string) {
    super(`code.path: ${toText(path)} was changed while it was delivered.`, { hint: 'the same command again' });
  }
}

type Code = Pick<Release, 'digest' | 'manifest' | 'read' | 'emptyFolders'>;

/** The entries of a release, as an archive has them. */
export function* releaseEntries({ manifest, read, emptyFolders }: Omit<Code, 'digest'>): Generator<TarEntry> {
  yield* foldersOf(emptyFolders, '');
  yield* entriesOf(manifestEntries(manifest), read, '');
}

interface Delivery {
  /** A release that the loader has: only what is not the same there is sent. */
  base?: { digest: string; manifest: Manifest } | undefined;
  /** Whether machines serve it from now on. */
  activate: boolean;
}

/** A release as docker/loader takes it. */
export function* codeEntries(code: Code, { base, activate }: Delivery): Generator<TarEntry> {
  const { digest, manifest, read, emptyFolders } = code;
  const size = manifest.reduce((sum, { length }) => sum + length, 0);
  yield { path: `releases/${digest}.manifest`, mode: '0644', size, pieces: manifest };
  if (base) yield file(`releases/${digest}.base`, base.digest);
  const folder = `releases/${digest}/`;
  yield* foldersOf(emptyFolders, folder);
  yield* entriesOf(base ? changedSince(base.manifest, manifest) : manifestEntries(manifest), read, folder);
  if (activate) yield activation(code);
}

/** That a release is the one to be served. */
export const activation = ({ digest }: Pick<Code, 'digest'>): TarEntry => file('release', digest);

const file = (path: string, text: string): TarEntry => ({ path, mode: '0644', bytes: Buffer.from(text) });

/** Of now, wherever they are unpacked: nginx names a file in a browser's cache (ETag) by its time and its size. */
function* entriesOf(entries: Iterable<ManifestEntry>, read: Read, prefix: string): Generator<TarEntry> {
  const time = Math.floor(Date.now() / 1000);
  for (const entry of entries) {
    yield { path: Buffer.from(prefix + entry.path, 'latin1'), mode: entry.mode, time, ...read(entry) };
  }
}

function* foldersOf(folders: readonly string[], prefix: string): Generator<TarEntry> {
  for (const folder of folders) {
    yield { path: Buffer.from(`${prefix}${folder}/`, 'latin1'), mode: '040000', bytes: Buffer.alloc(0) };
  }
}

/** What tells that empty folders are others than the last time, since the digest does not; undefined: there are none. */
export const foldersDigest = ({ emptyFolders }: Pick<Release, 'emptyFolders'>): string | undefined =>
  emptyFolders.length > 0 ? sha256(emptyFolders.join('\0')) : undefined;

/** Of files below a folder, read when it is their turn. Throws CodeChanged. */
export function reader(folder: string): Read {
  const root = toBytes(folder);
  const buffer = newBuffer();
  return (entry) => {
    const file = `${root}/${entry.path}`;
    try {
      if (entry.mode !== '120000') {
        const { size, pieces } = readPieces(file, buffer);
        return { size, pieces: verified(entry, pieces) };
      }
      const bytes = linkBytes(file);
      if (sha256(bytes) === entry.sha256) return { bytes };
    } catch {} // it is another kind of file now, or none
    throw new CodeChanged(entry.path);
  };
}

function* verified({ path, sha256: expected }: ManifestEntry, pieces: Iterable<Buffer>): Generator<Buffer> {
  const hash = createHash('sha256');
  try {
    for (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  } catch {
    throw new CodeChanged(path);
  }
  if (hash.digest('hex') !== expected) throw new CodeChanged(path);
}
