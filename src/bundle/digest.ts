import { createHash } from 'node:crypto';
import type { TreeEntry } from './files.ts';

/** sha256 as 64 hex digits. */
export const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');

const bytesOf = (name: string | Uint8Array): Buffer => Buffer.from(name as string);

/** The order of a digest's lines: by bytes, whatever the locale. */
const byPath = (a: Pick<TreeEntry, 'path'>, b: Pick<TreeEntry, 'path'>) =>
  Buffer.compare(bytesOf(a.path), bytesOf(b.path));

/**
 * A line `mode sha256 path` for each entry, sorted by the bytes of the path: what the digest of a tree is taken over, of configuration
 * as of code. docker/roles/base/tree-digest.sh is the same in shell. Names are bytes, and so is the answer.
 */
export function treeManifest(entries: Iterable<TreeEntry>): Buffer {
  return Buffer.concat(
    [...entries]
      .sort(byPath)
      .flatMap(({ path, mode, bytes }) => [`${mode} ${sha256(bytes)} `, path, '\n'].map(bytesOf)),
  );
}

/** One digest over all machines: lines `kind digest`. */
export function rootDigest(digests: ReadonlyMap<string, string>): string {
  return sha256(
    [...digests]
      .sort(([a], [b]) => Buffer.compare(bytesOf(a), bytesOf(b)))
      .map(([kind, digest]) => `${kind} ${digest}\n`)
      .join(''),
  );
}
