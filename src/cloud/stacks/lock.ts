/** One promote or destroy at a time for an environment: an object in its bucket, written only where none is. */
import { UserError } from '../../errors.ts';
import type { Bucket } from '../../io/aws/aws.ts';

const key = 'locks/promote.json';
const minutes = 15;

interface Holding {
  holder: string;
  since: string;
  until: string;
}

export interface Lock {
  /** Throws when somebody has taken it over (this computer slept, say). */
  check: () => void;
  release: () => Promise<void>;
}

/** Throws UserError that names the holder. It is renewed every minute; one that was not for a quarter of an hour is taken over. */
export async function takeLock(bucket: Bucket, holder: string): Promise<Lock> {
  const since = new Date().toISOString();
  const text = () =>
    `${JSON.stringify({ holder, since, until: new Date(Date.now() + minutes * 60_000).toISOString() })}\n`;
  let etag = await bucket.putIf(key, text());
  if (!etag) {
    const found = await bucket.get(key);
    const held = read(found?.text);
    if (held && +new Date(held.until) > Date.now()) throw heldBy(held);
    etag = await bucket.putIf(key, text(), found?.etag);
    if (!etag) throw heldBy(read((await bucket.get(key))?.text));
  }
  const renew = async () => {
    etag = etag && (await bucket.putIf(key, text(), etag));
  };
  // A network that is away for a minute is no reason to stop; the next time it may be back.
  const timer = setInterval(() => void renew().catch(() => undefined), 60_000);
  return {
    check() {
      if (!etag) throw heldBy(undefined);
    },
    async release() {
      clearInterval(timer);
      const found = await bucket.get(key);
      if (found && found.etag === etag) await bucket.remove(key);
    },
  };
}

function read(text: string | undefined): Holding | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Holding);
  } catch {
    return undefined; // not ours to read; then it holds nobody up
  }
}

function heldBy(held: Holding | undefined): UserError {
  const who = held ? `${held.holder}, since ${held.since}` : 'somebody else';
  return new UserError(`Another promote is at work on this environment: ${who}.`, {
    hint: `bootdev promote --watch shows it; a lock that nobody renews ends by itself${held ? ` at ${held.until}` : ''}`,
  });
}
