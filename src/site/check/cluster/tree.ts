/** The files of a site that are looked at, part by part. No link is followed, and there is an end to everything. */
import { setTimeout as pause } from 'node:timers/promises';
import { Interrupted, UserError } from '../../../errors.ts';
import { reasonOf } from '../../../io/guard/reasons.ts';
import { listBytes, newBuffer, readPieces, toBytes, toText } from '../../../io/tree.ts';
import { ignoreFile, noRules, type Rules } from '../../../project/release/ignored.ts';
import { isNotTheSite, isPersonal } from '../../../project/release/never-part.ts';
import { isRead, leadsToParts, mayName, type Pattern, partOf } from './parts.ts';

export interface Part {
  kind: string;
  /** Below the code's folder; '' is the whole of it. Paths are bytes, as src/io/tree.ts has them. */
  path: string;
  files: string[];
  /** Files directly in it that may say its name. */
  naming: string[];
}

export interface Tree {
  parts: Part[];
  /** Why something was not looked at, by its path. */
  left: Map<string, string>;
}

const limits = { bytes: 1_000_000, entries: 400_000, files: 60_000, depth: 40 };

/** Throws UserError where the folder cannot be read. */
export async function findParts(root: string, patterns: readonly Pattern[], signal: AbortSignal): Promise<Tree> {
  const finder = new Finder(toBytes(root), patterns, signal);
  await finder.folder('', noRules, 0);
  const parts = [...finder.parts.values()].filter(({ files }) => files.length > 0);
  for (const part of parts) part.files.sort();
  return { parts: parts.sort((a, b) => (a.path < b.path ? -1 : 1)), left: finder.left };
}

class Finder {
  readonly parts = new Map<string, Part>();
  readonly left = new Map<string, string>();
  private readonly root: string;
  private readonly patterns: readonly Pattern[];
  private readonly signal: AbortSignal;
  private readonly breathe: () => Promise<void>;
  private entries = 0;
  private files = 0;

  constructor(root: string, patterns: readonly Pattern[], signal: AbortSignal) {
    this.root = root;
    this.patterns = patterns;
    this.signal = signal;
    this.breathe = breather(this.signal);
  }

  async folder(below: string, above: Rules, depth: number): Promise<void> {
    await this.breathe();
    if (depth > limits.depth) return this.leave(below, `it is more than ${limits.depth} folders deep`);
    const listed = this.list(below);
    const text = listed.some(({ name, type }) => name === ignoreFile && type === 'file')
      ? (readSmall(this.root, below ? `${below}/${ignoreFile}` : ignoreFile).bytes?.toString('latin1') ?? '')
      : undefined;
    const rules = above.enter(below, text);
    for (const { name, type } of listed) {
      if (++this.entries > limits.entries) return this.leave(below, `the code has more than ${limits.entries} files`);
      const path = below ? `${below}/${name}` : name;
      if (isNotTheSite(name) || isPersonal(path) || rules.says(path, type === 'folder') === 'ignored') continue;
      if (type === 'folder' && leadsToParts(path, this.patterns)) await this.folder(path, rules, depth + 1);
      else if (type === 'link') this.link(path);
      else if (type === 'file') this.file(path, name);
    }
  }

  private list(below: string) {
    try {
      return listBytes(below ? `${this.root}/${below}` : this.root);
    } catch (error) {
      if (below === '') throw new UserError(`${toText(this.root)} cannot be read: ${reasonOf(error)}.`);
      this.leave(below, `it cannot be read: ${reasonOf(error)}`);
      return [];
    }
  }

  /** What it leads to may be in the code as well, or not the site's at all. */
  private link(path: string): void {
    const isPart =
      partOf(path, this.patterns) !== undefined || (this.patterns.length > 0 && leadsToParts(path, this.patterns));
    if (isPart && (isRead(path) || !/\.\w+$/.test(path))) this.leave(path, 'it is a link, which is not followed');
  }

  private file(path: string, name: string): void {
    const found = partOf(path, this.patterns);
    if (!found) return;
    const part = this.parts.get(found.path) ?? { ...found, files: [], naming: [] };
    this.parts.set(found.path, part);
    const isDirect = path === part.path || path.slice(part.path.length).lastIndexOf('/') === 0;
    if (isDirect && mayName(name) && part.naming.length < 20) part.naming.push(path);
    if (!isRead(path)) return;
    if (++this.files > limits.files) this.leave(part.path, `the code has more than ${limits.files} files of PHP`);
    else part.files.push(path);
  }

  private leave(path: string, reason: string): void {
    if (this.left.size < 200) this.left.set(toText(path), reason);
  }
}

/** Reading is synchronous, but Ctrl-C is heard. */
export function breather(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 50) return;
    await pause(0);
    if (signal.aborted) throw new Interrupted();
    last = performance.now();
  };
}

const buffer = newBuffer();

/** A file's bytes, or why not. `path`: below `root`. */
export function readSmall(
  root: string,
  path: string,
): { bytes: Buffer; reason?: never } | { bytes?: never; reason: string } {
  try {
    const { size, pieces } = readPieces(`${root}/${path}`, buffer);
    if (size > limits.bytes) return { reason: `it has ${size} bytes, and at most ${limits.bytes} are looked at` };
    const read: Buffer[] = [];
    for (const piece of pieces) read.push(Buffer.from(piece));
    return { bytes: Buffer.concat(read) };
  } catch (error) {
    return { reason: `it cannot be read: ${reasonOf(error)}` };
  }
}
