/** A file as somebody packed it, or standard input: plain, gzip, zstd, or a zip of files. Told by its first bytes, whatever its name is. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, type Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { openPromise } from 'yauzl';
import { Interrupted, UserError } from '../../errors.ts';
import { stream } from '../command.ts';
import { reasonOf } from '../guard/reasons.ts';

export interface PackedFile {
  name: string;
  size: number;
  /** Seconds since 1970. */
  time: number;
  pieces: AsyncIterable<Buffer>;
}

export type Packed = {
  /** Bytes as they are packed; standard input does not know. */
  total?: number;
} & ({ kind: 'stream'; pieces: AsyncIterable<Buffer> } | { kind: 'zip'; files: AsyncIterable<PackedFile> });

interface Options {
  /** Told of the packed bytes that were read. */
  count?: (bytes: number) => void;
  signal?: AbortSignal;
}

/** `from`: a path, or `-` for standard input. Throws UserError where it cannot be read or unpacked; its pieces throw it later. */
export async function openPacked(from: string, { count = () => undefined, signal }: Options = {}): Promise<Packed> {
  const total = from === '-' ? undefined : await sizeOf(from);
  const source = from === '-' ? process.stdin : createReadStream(from, { highWaterMark: 1 << 18 });
  if (signal) addAbortSignal(signal, source);
  const all = counted(source, from, count, signal);
  const first = await all.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const known = { ...(total === undefined ? {} : { total }) };
  if (head.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
    source.destroy();
    count(-head.length); // its files are counted
    if (from === '-')
      throw new UserError('A zip cannot be read from a pipe: its list of files is at its end.', {
        hint: 'name the file',
      });
    return { ...known, kind: 'zip', files: filesOfZip(from, count) };
  }
  const plain = (async function* () {
    yield head;
    yield* all;
  })();
  return { ...known, kind: 'stream', pieces: unpacked(plain, head, from) };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error) => {
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
  if (found.isDirectory()) throw new UserError(`${path} is a folder, not a file.`);
  return found.size;
}

async function* counted(
  source: Readable,
  from: string,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  try {
    for await (const piece of source) {
      count((piece as Buffer).length);
      yield piece as Buffer;
    }
  } catch (error) {
    if (signal?.aborted) throw new Interrupted();
    throw new UserError(`${from} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function unpacked(pieces: AsyncIterable<Buffer>, head: Buffer, from: string): AsyncIterable<Buffer> {
  const starts = (...bytes: number[]) => head.subarray(0, bytes.length).equals(Buffer.from(bytes));
  if (starts(0x1f, 0x8b)) return through(zlib.createGunzip(), pieces, from);
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return unzstd(pieces, from);
  for (const [name, ...bytes] of [
    ['bzip2', 0x42, 0x5a, 0x68],
    ['xz', 0xfd, 0x37, 0x7a, 0x58, 0x5a],
    ['7z', 0x37, 0x7a, 0xbc, 0xaf],
  ] as const) {
    if (starts(...bytes))
      throw new UserError(`${from} is packed with ${name}, which bootdev does not unpack.`, {
        hint: `unpack it first; or pipe it: ${name} -dc ${from} | bootdev …  -`,
      });
  }
  return pieces;
}

/** Of Node from 22.15 on; before, by the program. */
function unzstd(pieces: AsyncIterable<Buffer>, from: string): AsyncIterable<Buffer> {
  const own = (zlib as { createZstdDecompress?: () => zlib.Gunzip }).createZstdDecompress;
  if (own) return through(own(), pieces, from);
  return (async function* () {
    const { exitCode, stderr } = yield* stream('zstd', ['-dcq'], { pieces });
    if (exitCode === 127)
      throw new UserError(`${from} is packed with zstd, which this Node cannot unpack.`, {
        hint: 'install zstd, or Node 22.15 or newer',
      });
    if (exitCode !== 0) throw damaged(from, stderr.trim());
  })();
}

async function* through(
  unpack: zlib.Gunzip,
  pieces: AsyncIterable<Buffer>,
  from: string,
): AsyncGenerator<Buffer, void> {
  let read: unknown; // an error of reading is not one of unpacking
  const source = (async function* () {
    try {
      yield* pieces;
    } catch (error) {
      read = error;
      throw error;
    }
  })();
  pipeline(source, unpack, () => undefined); // its error comes out of the loop
  try {
    for await (const piece of unpack) yield piece as Buffer;
  } catch (error) {
    throw read ?? damaged(from, (error as Error).message, error);
  }
}

const damaged = (from: string, why: string, cause?: unknown) =>
  new UserError(`${from === '-' ? 'What comes in' : from} is damaged or cut off: ${why}.`, { cause });

/** Packed by gzip; an error of the pieces comes out of reading it. `level`: a low one for what is packed already. */
export function gzipped(pieces: AsyncIterable<Uint8Array>, level?: number): AsyncIterable<Buffer> {
  const gzip = zlib.createGzip(level === undefined ? {} : { level });
  pipeline(pieces, gzip, () => undefined);
  return gzip;
}

async function* filesOfZip(path: string, count: (bytes: number) => void): AsyncGenerator<PackedFile, void> {
  try {
    const zip = await openPromise(path, { autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName: name, uncompressedSize: size, compressedSize } = entry;
        if (name.endsWith('/')) continue;
        const pieces = (async function* () {
          const ratio = size > 0 ? compressedSize / size : 0;
          for await (const piece of await zip.openReadStreamPromise(entry)) {
            count((piece as Buffer).length * ratio);
            yield piece as Buffer;
          }
        })();
        yield { name, size, time: Math.floor(entry.getLastModDate().getTime() / 1000), pieces };
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw damaged(path, (error as Error).message, error);
  }
}
