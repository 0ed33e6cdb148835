/** Archives as one tar, and where in it the site's files are. */
import { pipeline } from 'node:stream';
import { pack } from 'tar-stream';
import type { PackedFile } from '../../io/data/packed.ts';

/** A zip's files as a tar. */
export async function* tarOfZip(files: AsyncIterable<PackedFile>): AsyncGenerator<Buffer, void> {
  const tar = pack();
  const filled = (async () => {
    for await (const { name, size, time, pieces } of files) {
      await new Promise<void>((resolve, reject) => {
        const header = { name, size, mtime: new Date(time * 1000) };
        const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()));
        pipeline(pieces, entry, (error) => error && reject(error));
      });
    }
    tar.finalize();
  })().catch((error: Error) => tar.destroy(error));
  for await (const piece of tar) yield piece as Buffer;
  await filled;
}

const BLOCK = 512;

/**
 * A tar's pieces as they are, and the path in it below which all is that its first entries show: the application's usual place
 * (`wp-content/uploads`), or that place's last folder alone (`uploads`). Undefined: neither.
 */
export async function startsAlike(
  tar: AsyncIterable<Buffer>,
  usual: string | undefined,
): Promise<{ pieces: AsyncIterable<Buffer>; below: string | undefined }> {
  const iterator = tar[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let bytes = 0;
  while (bytes < 1 << 16) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const pieces = (async function* () {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  return { pieces, below: usual && placeIn(namesIn(Buffer.concat(first)), usual) };
}

/** Names of the first entries, as far as their contents are short. */
function namesIn(head: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + BLOCK <= head.length; ) {
    const name = head.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (!name) break;
    const size = Number.parseInt(head.toString('latin1', at + 124, at + 136), 8) || 0;
    if ('05\0'.includes(String.fromCharCode(head[at + 156] ?? 0))) names.push(name.replace(/^(?:\.\/)+/, ''));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return names.filter((name) => name !== '' && name !== '.');
}

/** A whole site shows the first folder of the way there, or is mostly programs. */
function placeIn(names: string[], usual: string): string | undefined {
  const [first = '', ...others] = usual.split('/');
  const isBelow = (place: string) => (name: string) => `${name}/`.startsWith(`${place}/`);
  const last = others.at(-1) ?? first;
  if (names.length > 0 && names.every(isBelow(last))) return last;
  const programs = names.filter((name) => name.endsWith('.php'));
  return (others.length > 0 && names.some(isBelow(first))) || programs.length * 4 > names.length ? usual : undefined;
}
