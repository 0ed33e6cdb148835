/** bootdev.lock in the user's folder. */
import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import type { Context } from '../../project/context.ts';
import { formatLock, type Lock, lockName, parseLock } from './lock.ts';

type Deps = Pick<Context, 'dir'> & { io: Pick<Io, 'files'> };

/** Undefined: there is none yet. Throws UserError for one that is not whole. */
export async function readLock({ dir, io }: Deps): Promise<Lock | undefined> {
  const text = await io.files.readText(join(dir, lockName));
  return text ? parseLock(text) : undefined; // empty while a tool runs (src/project/live/writable.ts)
}

/** Whole or not at all, and nothing that could not be read again. Throws UserError. */
export async function writeLock({ dir, io }: Deps, lock: Lock): Promise<void> {
  const text = formatLock(lock);
  parseLock(text);
  await io.files.writeWhole(join(dir, lockName), text);
}
