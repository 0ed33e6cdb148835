/**
 * The manifest of a large tree, a line `mode sha256 path` for each entry (digest.ts): made and read line by line, since there may be
 * hundreds of thousands. Paths are strings in which a character is a byte.
 */
import { createHash } from 'node:crypto';

export interface ManifestEntry {
  /** 120000: a symbolic link. */
  mode: '0644' | '0755' | '120000';
  sha256: string;
  path: string;
}

/** A manifest is in pieces, cut anywhere: one buffer would be there twice while it grows. */
export type Manifest = Iterable<Buffer>;

/** Takes entries in the order of their paths' bytes. */
export class ManifestWriter {
  private readonly pieces: Buffer[] = [];
  private piece = Buffer.allocUnsafeSlow(1 << 16);
  private used = 0;

  /** Into a buffer at once: text that grows would be there as thousands of strings until it is written. */
  add({ mode, sha256, path }: ManifestEntry): void {
    const line = `${mode} ${sha256} ${path}\n`;
    if (line.length > this.piece.length - this.used) this.flush(line.length);
    this.used += this.piece.write(line, this.used, 'latin1');
  }

  end(): readonly Buffer[] {
    this.flush();
    return this.pieces;
  }

  private flush(next = 0): void {
    this.pieces.push(this.piece.subarray(0, this.used));
    this.piece = Buffer.allocUnsafeSlow(Math.max(1 << 16, next));
    this.used = 0;
  }
}

export function digestOf(manifest: Manifest): string {
  const hash = createHash('sha256');
  for (const piece of manifest) hash.update(piece);
  return hash.digest('hex');
}

export function* manifestEntries(manifest: Manifest): Generator<ManifestEntry> {
  for (const line of linesOf(manifest)) yield entryOf(line);
}

function* linesOf(manifest: Manifest): Generator<string> {
  let rest = '';
  for (const piece of manifest) {
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest) yield rest;
}

function entryOf(line: string): ManifestEntry {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  return {
    mode: line.slice(0, first) as ManifestEntry['mode'],
    sha256: line.slice(first + 1, second),
    path: line.slice(second + 1),
  };
}

/** The manifest without these entries. */
export function withoutPaths(manifest: Manifest, paths: ReadonlySet<string>): readonly Buffer[] {
  const rest = new ManifestWriter();
  for (const entry of manifestEntries(manifest)) if (!paths.has(entry.path)) rest.add(entry);
  return rest.end();
}

/** The entries that `base` does not have like this. Most lines are equal, and are not looked into. */
export function* changedSince(base: Manifest, manifest: Manifest): Generator<ManifestEntry> {
  const before = linesOf(base);
  let old = before.next();
  for (const line of linesOf(manifest)) {
    if (line !== old.value) {
      const entry = entryOf(line);
      while (!old.done && entryOf(old.value).path < entry.path) old = before.next();
      if (line !== old.value) yield entry;
      if (old.done || entryOf(old.value).path !== entry.path) continue;
    }
    old = before.next();
  }
}
