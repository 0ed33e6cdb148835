/** One promote or destroy at a time for an environment: an object in its bucket, written only where none is. */
import { UserError } from '../errors.ts';
import type { Bucket } from '../io/aws.ts';

const key = 'locks/promote.json';
const minutes = 15;

interface Holding {
  holder: string;
  since: string;
  until: string;
}

export interface Lock {
  /** Says that we are still there; throws when somebody has taken it over. */
  renew: () => Promise<void>;
  release: () => Promise<void>;
}

/** Throws UserError that names the holder. One that was not renewed for a quarter of an hour is taken over. */
export async function lock(bucket: Bucket, holder: string, now = Date.now): Promise<Lock> {
  const since = new Date(now()).toISOString();
  const text = () => `${JSON.stringify({ holder, since, until: new Date(now() + minutes * 60_000).toISOString() })}\n`;
  let etag = await bucket.putIf(key, text());
  if (!etag) {
    const found = await bucket.get(key);
    const held = read(found?.text);
    if (held && +new Date(held.until) > now()) throw heldBy(held);
    etag = await bucket.putIf(key, text(), found?.etag);
    if (!etag) throw heldBy(read((await bucket.get(key))?.text));
  }
  let renewed = now();
  return {
    async renew() {
      if (now() - renewed < 60_000) return;
      etag = await bucket.putIf(key, text(), etag);
      if (!etag) throw heldBy(read((await bucket.get(key))?.text));
      renewed = now();
    },
    async release() {
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
