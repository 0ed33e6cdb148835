/** One promote or destroy at a time for an environment: an object in its bucket, written only where there is none. */
import { UserError } from '../../errors.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { runningProcess, thisPlace, thisProcess } from '../../io/guard/processes.ts';

const key = 'locks/promote.json';
const minutes = 15;

interface Held {
  holder: string;
  since: string;
  until: string;
  /** The holder's process, and where its id means anything. */
  process?: string;
  place?: string;
}

export interface Lock {
  /** Throws when somebody has taken it over (this computer slept, say). */
  check: () => void;
  release: () => Promise<void>;
}

/**
 * Throws a UserError that names the holder. A lock is renewed every minute; one that was not renewed for 15
 * minutes is taken over, and at once that of a process of this computer which is gone (kill -9).
 */
export async function takeLock(bucket: Bucket, holder: string): Promise<Lock> {
  const since = new Date().toISOString();
  const owner = { holder, since, process: thisProcess(), place: thisPlace() };
  const text = () => `${JSON.stringify({ ...owner, until: new Date(Date.now() + minutes * 60_000).toISOString() })}\n`;
  let etag = await bucket.putIf(key, text());
  if (!etag) {
    const found = await bucket.get(key);
    refuseHeld(parse(found?.text));
    etag = await bucket.putIf(key, text(), found?.etag);
    if (!etag) throw heldBy(parse((await bucket.get(key))?.text));
  }
  const renew = async () => {
    etag = etag && (await bucket.putIf(key, text(), etag));
  };
  // A minute without network is no reason to stop; the next renewal may succeed.
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

/** Before anything is looked at that another one may be making just now. Throws as takeLock does. */
export async function requireUnlocked(bucket: Bucket): Promise<void> {
  refuseHeld(parse((await bucket.get(key))?.text));
}

function refuseHeld(held: Held | undefined): void {
  if (held && +new Date(held.until) > Date.now() && !isGone(held)) throw heldBy(held);
}

const isGone = ({ process, place }: Held) =>
  process !== undefined && place === thisPlace() && runningProcess(process) === undefined;

function parse(text: string | undefined): Held | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Held);
  } catch {
    return undefined; // not a lock of ours, so it blocks nobody
  }
}

function heldBy(held: Held | undefined): UserError {
  const who = held ? `${held.holder}, since ${held.since}` : 'somebody else';
  return new UserError(`Another promote is changing this environment: ${who}.`, {
    hint: `bootdev promote --watch shows it; a lock that is not renewed expires${held ? ` at ${held.until}` : ' by itself'}`,
  });
}
