import { createHash } from 'node:crypto';
import type { TreeEntry } from './files.ts';

/** sha256 as 64 hex digits. */
export const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex');

const bytesOf = (name: string | Uint8Array): Buffer => Buffer.from(name as string);

/**
 * A line `mode sha256 path` for each entry, sorted by the bytes of the path: what the digest of a tree is taken over, of configuration
 * as of code. docker/roles/base/tree-digest.sh is the same in shell. Names are bytes, and so is the answer.
 */
export function treeManifest(entries: Iterable<TreeEntry>): Buffer {
  const lines = Array.from(entries, ({ path, mode, bytes }) => ({ name: bytesOf(path), mode, bytes }));
  lines.sort((a, b) => Buffer.compare(a.name, b.name)); // by bytes, whatever the locale
  return Buffer.concat(
    lines.flatMap(({ name, mode, bytes }) => [bytesOf(`${mode} ${sha256(bytes)} `), name, bytesOf('\n')]),
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
