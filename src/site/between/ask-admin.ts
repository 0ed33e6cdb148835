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
  /** For a person. */
  text: string;
  /** Whether who asks again, after a stop, asks for the same. */
  again: boolean;
}

const glance = 2_000;
/** The machine looks each minute; one that is being replaced takes some. */
const patience = 8 * 60_000;

/** Returns what was made: its time. Throws UserError where it failed, and where nobody answers. */
export async function* askAdmin(deps: Deps, bucket: Bucket, request: Request): AsyncGenerator<Event, string> {
  const { words, text, again } = request;
  const id = again ? createHash('sha256').update(words).digest('hex').slice(0, 32) : randomUUID();
  return yield* step({ id: 'admin', text }, async () => {
    await bucket.remove(`answers/${id}.json`); // of an earlier time
    await bucket.put(`requests/${id}`, words);
    try {
      return await answerTo(deps, bucket, id);
    } catch (error) {
      // What is being made goes on; what nobody has begun is not to be done an hour later.
      if (!(await bucket.get(`answers/${id}.json`))) await bucket.remove(`requests/${id}`);
      throw error;
    }
  });
}

async function answerTo({ io, signal }: Deps, bucket: Bucket, id: string): Promise<string> {
  const started = io.clock.now();
  for (;;) {
    const found = await bucket.get(`answers/${id}.json`);
    const { state, text } = found
      ? (JSON.parse(found.text) as { state: string; text: string })
      : { state: '', text: '' };
    if (state === 'done') return text;
    if (state === 'failed')
      throw new UserError(`The admin machine could not do it: ${text}`, {
        hint: 'bootdev ssh admin journalctl -n 50 -u bootdev-backup',
      });
    if (!state && io.clock.now() - started > patience)
      throw new UserError('The admin machine has not answered for eight minutes.', {
        hint: 'bootdev ssh admin journalctl -n 50 -u bootdev-backup   (machines of an older bootdev know no such request: bootdev promote)',
      });
    await io.clock.pause(glance, signal);
    if (signal.aborted) throw new Interrupted('the same command again');
  }
}
