import { createHash } from 'node:crypto';
import type { Tree } from './files.ts';

/** sha256 as 64 hex digits. */
export const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

const byBytes = ([a]: [string, unknown], [b]: [string, unknown]) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** One line `mode sha256 path` for each file, sorted by path bytes: what a digest is taken over, here and on the machine (docker/roles/base/machine). */
export function manifest(tree: Tree): string {
  return [...tree]
    .sort(byBytes)
    .map(([path, file]) => `${file.mode} ${sha256(file.bytes)} ${path}\n`)
    .join('');
}

/** One digest over all machines: lines `kind digest`. */
export function rootDigest(digests: ReadonlyMap<string, string>): string {
  return sha256(
    [...digests]
      .sort(byBytes)
      .map(([kind, digest]) => `${kind} ${digest}\n`)
      .join(''),
  );
}
