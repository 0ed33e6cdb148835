/**
 * Work for the admin machine on AWS, to which no door leads: a request lies in the bucket, where it looks each minute; its answer comes
 * the same way (docker/roles/backup).
 */
import { createHash, randomUUID } from 'node:crypto';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Io } from '../../io/io.ts';
import { step } from '../../steps.ts';

interface Deps {
  io: Pick<Io, 'clock'>;
  signal: AbortSignal;
}

interface Request {
  /** 'backup', or 'sanitise 20261129T024000Z'. */
  words: string;
  /** Whether who asks again, after a stop, asks for the same. */
  again: boolean;
}

interface Requests {
  /** Returns the request's id, before anybody has looked. */
  ask(request: Request): Promise<string>;
  /** Returns what was made. Throws Refused where it failed, UserError where nobody answers. */
  answer(id: string): Promise<string>;
}

/** The machine has tried, and could not. */
export class Refused extends UserError {}

const glance = 2_000;
/** The machine looks each minute; one that is being replaced takes some. */
const patience = 8 * 60_000;

/** One request as one step. Returns what was made: its time. Throws UserError where it failed, and where nobody answers. */
export async function* askAdmin(
  deps: Deps,
  bucket: Bucket,
  /** `text`: for a person. */
  { text, ...request }: Request & { text: string },
): AsyncGenerator<Event, string> {
  return yield* step({ id: 'admin', text }, () =>
    withRequests(deps, bucket, async ({ ask, answer }) => answer(await ask(request))),
  );
}

/** Work with requests, several at a time. Where it fails, those that nobody has begun are withdrawn: they are not to be done an hour later. */
export async function withRequests<Result>(
  deps: Deps,
  bucket: Bucket,
  work: (requests: Requests) => Promise<Result>,
): Promise<Result> {
  const open = new Set<string>();
  try {
    return await work({
      async ask({ words, again }) {
        const id = again ? createHash('sha256').update(words).digest('hex').slice(0, 32) : randomUUID();
        open.add(id);
        await bucket.remove(`answers/${id}.json`); // of an earlier time
        await bucket.put(`requests/${id}`, words);
        return id;
      },
      async answer(id) {
        const text = await answerTo(deps, bucket, id);
        open.delete(id);
        return text;
      },
    });
  } catch (error) {
    for (const id of open) if (!(await bucket.get(`answers/${id}.json`))) await bucket.remove(`requests/${id}`);
    throw error;
  }
}

async function answerTo({ io, signal }: Deps, bucket: Bucket, id: string): Promise<string> {
  const started = io.clock.now();
  for (;;) {
    const found = await bucket.get(`answers/${id}.json`);
    const { state, text } = found
      ? (JSON.parse(found.text) as { state: string; text: string })
      : { state: '', text: '' };
    if (state === 'done') return text;
    if (state === 'failed') throw refused(text);
    if (!state && io.clock.now() - started > patience)
      throw new UserError('The admin machine has not answered for eight minutes.', {
        hint: 'bootdev ssh admin journalctl -n 50 -u bootdev-backup   (machines of an older bootdev know no such request: bootdev promote)',
      });
    await io.clock.pause(glance, signal);
    if (signal.aborted) throw new Interrupted('the same command again');
  }
}

const refused = (text: string) =>
  text === 'this machine does not know that'
    ? new Refused('The admin machine is of an older bootdev, which does not know this request.', {
        hint: 'bootdev promote',
      })
    : new Refused(`The admin machine could not do it: ${text}`, {
        hint: 'bootdev ssh admin journalctl -n 50 -u bootdev-backup',
      });
