/**
 * Writes tar archives. Not by tar-stream, which takes names as text: a file name is bytes, and one that is not UTF-8 arrives as another.
 * The format is GNU's, which GNU tar, bsdtar and busybox read: names of any length as bytes, sizes over 8 GB.
 */
import type { TreeEntry } from './files.ts';

export type TarEntry = {
  path: TreeEntry['path'];
  /** 040000: a folder, whose path ends in `/`. */
  mode: TreeEntry['mode'] | '040000';
  /** Seconds since 1970, which is the default. */
  time?: number;
} & (
  | { bytes: Buffer }
  /** Not read before it is its turn, and exactly `size` bytes long. */
  | { size: number; pieces: Iterable<Buffer> }
);

/** Entries in their order as a tar. Same entries, same bytes: no owners, and no times but those that are given. */
export const makeTar = (entries: Iterable<TarEntry>): Buffer =>
  Buffer.concat(Array.from(streamTar(entries), (piece) => Buffer.from(piece)));

/**
 * The same in pieces of some size, however small the files are; each is in the same buffer as the one before. What entries give is copied
 * before they are asked for more.
 */
export function* streamTar(entries: Iterable<TarEntry>): Generator<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(1 << 18);
  let used = 0;
  for (const piece of blocks(entries)) {
    for (let at = 0; at < piece.length; ) {
      const copied = piece.copy(chunk, used, at);
      at += copied;
      used += copied;
      if (used < chunk.length) continue;
      yield chunk;
      used = 0;
    }
  }
  yield chunk.subarray(0, used);
}

const block = 512;
const zeros = Buffer.alloc(2 * block);

function* blocks(entries: Iterable<TarEntry>): Generator<Buffer> {
  for (const entry of entries) {
    const name = Buffer.from(entry.path as string);
    const isLink = entry.mode === '120000';
    const target = isLink && 'bytes' in entry ? entry.bytes : zeros.subarray(0, 0);
    if (target.length > 100) yield* long('K', target);
    if (name.length > 100) yield* long('L', name);
    const content = isLink ? { size: 0, pieces: [] } : contentOf(entry);
    const type = isLink ? '2' : entry.mode === '040000' ? '5' : '0'; // link, folder, file
    const mode = { '0': Number.parseInt(entry.mode, 8), '2': 0o644, '5': 0o755 }[type];
    yield header({ name, target, type, mode, size: content.size, time: entry.time ?? 0 });
    yield* content.pieces;
    yield padding(content.size);
  }
  yield zeros;
}

const contentOf = (entry: TarEntry) =>
  'pieces' in entry ? entry : { size: entry.bytes.length, pieces: [entry.bytes] };

const padding = (size: number) => zeros.subarray(0, (block - (size % block)) % block);

/** GNU's way for what is longer than its field: an entry before, whose content it is. */
function* long(type: 'K' | 'L', bytes: Buffer): Generator<Buffer> {
  const size = bytes.length + 1; // ends with a zero byte
  yield header({ name: Buffer.from('././@LongLink'), target: zeros.subarray(0, 0), type, mode: 0o644, size, time: 0 });
  yield bytes;
  yield zeros.subarray(0, 1);
  yield padding(size);
}

/** Of the header that is just being written. */
const made = Buffer.alloc(block);

interface Header {
  name: Buffer;
  target: Buffer;
  type: string;
  mode: number;
  size: number;
  time: number;
}

function header({ name, target, type, mode, size, time }: Header): Buffer {
  made.fill(0);
  name.copy(made, 0, 0, 100);
  made.write(octal(mode, 7), 100);
  made.write(octal(0, 7), 108); // owner
  made.write(octal(0, 7), 116); // group
  if (size < 0o100000000000) made.write(octal(size, 11), 124);
  else {
    made[124] = 0x80; // base 256
    made.writeBigUInt64BE(BigInt(size), 128);
  }
  made.write(octal(time, 11), 136);
  made.write(type, 156);
  target.copy(made, 157, 0, 100);
  made.write('ustar  \0', 257);
  made.fill(' ', 148, 156); // the sum counts its own field as spaces
  made.write(
    `${octal(
      made.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  );
  return made;
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
