import { exitCode, UserError } from '../../../errors.ts';
import { openPacked } from '../../../io/data/packed.ts';
import { beginning } from './kind.ts';

/** A dump's plain bytes, of which the first are known to be one's. */
export interface Source {
  pieces: AsyncGenerator<Buffer, void>;
  /** Bytes of the file as it lies there; standard input does not know. */
  total?: number;
}

/** `from`: a path, or `-` for standard input. `count` is told of the packed bytes that were read. Throws UserError. */
export async function openDump(
  from: string,
  { name, count, signal }: { name: string; count: (bytes: number) => void; signal: AbortSignal },
): Promise<Source> {
  const packed = await openPacked(from, { count, signal });
  const pieces = (async function* (): AsyncGenerator<Buffer, void> {
    if (packed.kind === 'stream') return yield* packed.pieces;
    for await (const { name: file, pieces } of packed.files) if (/\.sql$/i.test(file)) return yield* pieces;
    throw new UserError(`There is no .sql in ${name}.`, { code: exitCode.usage });
  })();
  const first = await pieces.next();
  if (first.done || first.value.length === 0) throw new UserError(`${name} is empty.`, { code: exitCode.usage });
  const begun = beginning(first.value, name);
  const all = (async function* () {
    yield begun;
    yield* pieces;
  })();
  return { pieces: all, ...(packed.total === undefined ? {} : { total: packed.total }) };
}
