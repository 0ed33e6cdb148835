/**
 * Whether git tracks a path, read from its index: no git has to be installed, and none runs that could obey the repository's
 * own configuration (fsmonitor, hooks, aliases).
 */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** True when `name` in `dir`, or anything below it, is tracked. Where nothing can be read, nothing is known to be. */
export async function isTracked(dir: string, name: string): Promise<boolean> {
  const found = await work(dir);
  // As on a disk that ignores case: `.BootDev` becomes `.bootdev` there.
  const path = found?.pathOf(name);
  return found?.entries.some((each) => isAt(each.path, path ?? '')) ?? false;
}

/**
 * Whether a file is what git has of it, so that it may have come with a clone or a pull: untracked, or changed since, it is this computer's
 * own. `texts`: the content, in each form that git may have stored. What is in a submodule is git's. No git: nothing is.
 */
export async function isAsCommitted(dir: string, name: string, texts: readonly string[]): Promise<boolean> {
  const found = await work(dir);
  if (!found) return false;
  const path = found.pathOf(name);
  const entry = found.entries.find((each) => isAt(path, each.path.toLowerCase()));
  if (!entry) return false;
  return entry.path.toLowerCase() !== path || texts.some((text) => objectId(text, entry.id.length) === entry.id);
}

const isAt = (path: string, folder: string) => {
  const lower = path.toLowerCase();
  return lower === folder || lower.startsWith(`${folder}/`);
};

/** As git names the bytes of a file: 40 hex digits, or 64. */
const objectId = (text: string, digits: number) =>
  createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');

/** The work tree that `dir` is in. */
async function work(dir: string): Promise<{ entries: Entry[]; pathOf: (name: string) => string } | undefined> {
  const root = await realpath(dir).catch(() => dir);
  for (let top = root; ; top = dirname(top)) {
    const index = await indexOf(top);
    if (index) {
      const pathOf = (name: string) =>
        [...relative(top, root).split(sep).filter(Boolean), name].join('/').toLowerCase();
      return { entries: entriesIn(index), pathOf };
    }
    if (dirname(top) === top) return undefined;
  }
}

/** The index of the work tree whose top is `folder`; a linked work tree and a submodule have a file that says where. */
async function indexOf(folder: string): Promise<Buffer | undefined> {
  const git = join(folder, '.git');
  const found = await stat(git).catch(() => undefined);
  if (!found) return undefined;
  const text = found.isFile() ? await readFile(git, 'utf8').catch(() => '') : '';
  const place = found.isFile() ? resolve(folder, /^gitdir: (.+)/.exec(text)?.[1]?.trim() ?? '.git') : git;
  return readFile(join(place, 'index')).catch(() => Buffer.alloc(0));
}

/** Bytes of an entry before the object's name: times, numbers, mode, size. */
const head = 40;

interface Entry {
  path: string;
  /** Of the object, in hex. */
  id: string;
}

/** Entries of an index of version 2 to 4 (gitformat-index). One that is none, or is cut short, has those up to there. */
export function entriesIn(index: Buffer): Entry[] {
  const found: Entry[] = [];
  if (index.subarray(0, 4).toString('latin1') !== 'DIRC') return found;
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  // A SHA-256 repository has longer names of objects; the checksum at the end does not tell, the first entry does.
  for (const hash of [20, 32]) {
    const read = entries(index, { version, count, hash });
    if (read.length > found.length) found.splice(0, found.length, ...read);
  }
  return found;
}

function entries(index: Buffer, { version, count, hash }: { version: number; count: number; hash: number }): Entry[] {
  const paths: Entry[] = [];
  let before = Buffer.alloc(0);
  for (let at = 12; paths.length < count && at + head + hash + 2 < index.length; ) {
    const start = at;
    const flags = index.readUInt16BE(at + head + hash);
    at += head + hash + (flags & 0x4000 ? 4 : 2);
    let kept = Buffer.alloc(0);
    if (version === 4) {
      const [removed, next] = variable(index, at);
      if (removed > before.length) break;
      kept = before.subarray(0, before.length - removed);
      at = next;
    }
    const end = index.indexOf(0, at);
    if (end < 0) break;
    before = Buffer.concat([kept, index.subarray(at, end)]);
    // Its length stands in the flags too, up to 4095: an entry that was misread is noticed.
    if (Math.min(before.length, 0xfff) !== (flags & 0xfff)) break;
    paths.push({ path: before.toString('utf8'), id: index.toString('hex', start + head, start + head + hash) });
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return paths;
}

/** Git's offset encoding: seven bits a byte, each further byte counts one more. */
function variable(index: Buffer, from: number): [value: number, next: number] {
  let at = from;
  let byte = index[at++] ?? 0;
  let value = byte & 0x7f;
  while (byte & 0x80 && at < index.length) {
    byte = index[at++] ?? 0;
    value = ((value + 1) * 128 + (byte & 0x7f)) % Number.MAX_SAFE_INTEGER;
  }
  return [value, at];
}
