/**
 * A site's tree of files, read synchronously: 25,000 small files cost a second of CPU that way, and ten when each is waited for.
 *
 * Names are bytes, whatever their encoding. They are kept as strings in which a character is a byte (latin1): the order of such
 * strings is the order of bytes, and an ASCII pattern means in them what it says.
 */
import { createHash, hash } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';

/** A name of this computer as bytes, and bytes as text for a person. */
export const toBytes = (text: string): string => Buffer.from(text).toString('latin1');
export const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/** What files are read through: one after the other. */
export const newBuffer = (): Buffer => Buffer.allocUnsafeSlow(1 << 18);

const path = (bytes: string) => Buffer.from(bytes, 'latin1');

interface Listed {
  name: string;
  /** 'other': a device, a socket. */
  type: 'file' | 'folder' | 'link' | 'other';
}

/** What is directly in a folder. Throws the system's error. */
export function listBytes(folder: string): Listed[] {
  return readdirSync(path(folder), { withFileTypes: true, encoding: 'latin1' as BufferEncoding }).map((entry) => ({
    name: entry.name,
    type: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other',
  }));
}

/** A file's length and the second of its last change, not through a link. Throws the system's error. */
export function statBytes(file: string): { size: number; time: number } {
  const { size, mtimeMs } = lstatSync(path(file));
  return { size, time: Math.floor(mtimeMs / 1000) };
}

/** Where a symbolic link points. Throws the system's error. */
export const linkBytes = (link: string): Buffer => readlinkSync(path(link), { encoding: 'buffer' });

interface Fingerprint {
  sha256: string;
  size: number;
  /** The first bytes. */
  head: Buffer;
}

/**
 * Reads a file through a buffer that all files share. Undefined: it changed meanwhile, so that these bytes were never its content.
 * Throws the system's error.
 */
export function fingerprint(file: string, buffer: Buffer): Fingerprint | undefined {
  const open = openFile(file);
  try {
    const before = fstatSync(open, { bigint: true });
    if (!before.isFile()) return undefined;
    let size = readSync(open, buffer, 0, buffer.length, null);
    const head = Buffer.from(buffer.subarray(0, Math.min(size, 4)));
    let sha256: string;
    if (BigInt(size) === before.size && size < buffer.length) sha256 = hash('sha256', buffer.subarray(0, size));
    else {
      const digest = createHash('sha256').update(buffer.subarray(0, size));
      for (let read = size; read > 0; size += read) {
        read = readSync(open, buffer, 0, buffer.length, null);
        digest.update(buffer.subarray(0, read));
      }
      sha256 = digest.digest('hex');
    }
    return isSame(before, fstatSync(open, { bigint: true })) && BigInt(size) === before.size
      ? { sha256, size, head }
      : undefined;
  } finally {
    closeSync(open);
  }
}

/** Not through a link, and without waiting for the other end of a pipe that has taken the file's place. */
const openFile = (file: string) =>
  openSync(path(file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

const isSame = (a: BigIntStats, b: BigIntStats) =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;

/**
 * How long a file is now, and its bytes when they are asked for: as many, or fewer where it is cut off meanwhile. Each piece is in the
 * same buffer as the one before.
 */
export function readPieces(file: string, buffer: Buffer): { size: number; pieces: Iterable<Buffer> } {
  const { size } = lstatSync(path(file));
  return { size, pieces: pieces(file, size, buffer) };
}

function* pieces(file: string, size: number, buffer: Buffer): Generator<Buffer> {
  const open = openFile(file);
  try {
    for (let left = size; left > 0; ) {
      const read = readSync(open, buffer, 0, Math.min(left, buffer.length), null);
      if (read === 0) return;
      left -= read;
      yield buffer.subarray(0, read);
    }
  } finally {
    closeSync(open);
  }
}
