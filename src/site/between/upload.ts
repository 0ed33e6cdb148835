import { Interrupted } from '../../errors.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Pieces } from '../../io/command.ts';

interface Upload {
  /** They may share a buffer. */
  pieces: Pieces;
  /** A part's key; `number`: from 1 on. */
  keyOf: (part: Buffer, number: number) => string;
  /** Bytes of a part. */
  partSize: number;
  /** Told of the bytes of each part that is there. */
  count: (bytes: number) => void;
  signal: AbortSignal;
}

/** Pieces in parts, each an object of its own, so what is in the bucket already is not sent again. Returns the parts' keys in order. */
export async function uploadParts(
  bucket: Bucket,
  { pieces, keyOf, partSize, count, signal }: Upload,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const part of inParts(pieces, partSize)) {
    if (signal.aborted) throw new Interrupted('the same command goes on where it was');
    const key = keyOf(part, keys.length + 1);
    if (!(await bucket.has(key))) await bucket.put(key, part);
    keys.push(key);
    count(part.length);
  }
  return keys;
}

/** Each part has a buffer of its own. */
async function* inParts(pieces: Pieces, partSize: number): AsyncGenerator<Buffer, void> {
  let part: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.subarray(from, from + partSize - size);
      part.push(Buffer.from(taken));
      size += taken.length;
      from += taken.length;
      if (size < partSize) continue;
      yield Buffer.concat(part);
      part = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(part);
}
