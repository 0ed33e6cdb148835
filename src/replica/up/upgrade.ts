/** bootdev upgrade: bootdev.lock of the packages that Debian has today. */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { readLock } from '../../images/lock/file.ts';
import type { Architecture, Lock } from '../../images/lock/lock.ts';
import { isLockable } from '../../images/lock/lock-images.ts';
import { type Change, changesOf, lookForNewer, replacedOnAws } from '../../images/lock/look.ts';
import { imageTags } from '../../images/tags.ts';
import type { Context } from '../../project/context.ts';
import { makeImages } from './images.ts';

export interface Upgrade {
  lock: Lock;
  /** False: it is what the lock says already. */
  isNew: boolean;
  changes: readonly Change[];
  /** All of it in words, a line each. */
  text: string;
}

/** What would change; nothing does yet. Throws UserError. */
export async function* planUpgrade(context: Context): AsyncGenerator<Event, Upgrade> {
  const { io, settings, sources, state } = context;
  const lock = await readLock(context);
  if (!lock) throw new UserError('There is no bootdev.lock to renew.', { hint: 'bootdev up   (writes it)' });
  const architecture = await io.docker.architecture();
  const tags = state.images && imageTags(settings, sources.docker, state.images, { lock, architecture });
  const isThere = await Promise.all(
    [...(tags ?? [])]
      .filter(([name]) => isLockable(name))
      .map(([name, tag]) => io.docker.imageExists(`bootdev/${name}:${tag}`)),
  );
  if (!tags || !isThere.every(Boolean)) {
    const text = 'Not all images of bootdev.lock are here, so all packages are taken as Debian has them today.';
    return { lock: withoutThisComputers(lock, architecture), isNew: true, changes: [], text };
  }
  const renewed = yield* lookForNewer(context, tags, { lock, architecture }, new Date());
  const changes = changesOf(lock, renewed, { architecture });
  const replaced = replacedOnAws(lock, renewed, settings, { architecture });
  const lines = changes.map(({ name, before, after, images }) => {
    const versions = [before, after].map((row) => row?.version ?? 'none').join(' → ');
    return `  ${name}  ${versions}  (${images.join(', ')})`;
  });
  const stacks = replaced.map(({ kind, instance }) => `${kind} (${instance.stack})`);
  const aws =
    stacks.length > 0 ? `The next promote replaces on AWS: ${stacks.join(', ')}.` : 'Nothing on AWS is replaced by it.';
  return { lock: renewed, isNew: changes.length > 0, changes, text: [...lines, aws].join('\n') };
}

/** As if this architecture had never been locked. */
const withoutThisComputers = (lock: Lock, architecture: Architecture): Lock => ({
  ...lock,
  rows: lock.rows.filter((row) => row.architecture !== architecture),
});

/** Builds the images of the new lock, and writes it when all of them are there. */
export async function* upgrade(context: Context, { lock }: Upgrade): AsyncGenerator<Event, void> {
  const unlock = await context.io.takeLock(context.paths.lock, 'this replica');
  try {
    yield* makeImages(context, { renewed: lock });
  } finally {
    await unlock();
  }
  yield {
    type: 'done',
    text: 'bootdev.lock is renewed: bootdev up starts the new machines, and then it is to be committed.',
  };
}
