import type { Writable } from 'node:stream';

/**
 * Writes pieces to a stream and ends it. The next piece is made when the one before has left, since both may be in one buffer. Nothing more
 * is written once nobody reads: who did says why. Throws what making a piece threw.
 */
export async function feed(stream: Writable, pieces: Iterable<Uint8Array>): Promise<void> {
  try {
    for (const piece of pieces) if (!(await hasLeft(stream, piece))) return;
    stream.end();
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

const hasLeft = (stream: Writable, piece: Uint8Array) =>
  new Promise<boolean>((resolve) => stream.write(piece, (error) => resolve(!error)));
