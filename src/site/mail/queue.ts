/** Mails that the mail server did not take when the site sent them (docker/roles/sendmail). */
import { z } from 'zod';
import { exitCode, UserError } from '../../errors.ts';
import type { Event, MailQueue } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { findRunning, refuseOlder } from '../../replica/find.ts';
import { refuseMail } from './mailpit.ts';

const said = z.object({ ago: z.number().nonnegative(), words: z.string().max(1000) });
/** The site could write it too: numbers and words only. */
const queue = z.object({
  ...{ waiting: z.number(), bytes: z.number(), failed: z.number() },
  oldest: z.number().optional(),
  refusal: said.optional(),
  failure: said.optional(),
});

export async function readQueue(context: Context): Promise<MailQueue> {
  return queue.parse(JSON.parse(await onAdmin(context, 'list')));
}

export async function* showQueue(context: Context): AsyncGenerator<Event, void> {
  yield { type: 'mail-queue', queue: await readQueue(context) };
}

/** Those that have failed for good too. */
export async function* retryQueue(context: Context): AsyncGenerator<Event, void> {
  const { waiting, failed } = await readQueue(context);
  await onAdmin(context, 'retry');
  const all = waiting + failed;
  const text =
    all === 0 ? 'No mail waits.' : `${all === 1 ? 'One mail is' : `${all} mails are`} tried again now: bootdev mail`;
  yield { type: 'done', text };
}

/** `how`: on, off, or a code of a mail server, 4xx for "not now" and 5xx for "never". Throws UserError. */
export async function* refuse(context: Context, how = 'on'): AsyncGenerator<Event, void> {
  const code = how === 'on' ? 451 : how === 'off' ? 0 : /^[45]\d\d$/.test(how) ? Number(how) : undefined;
  if (code === undefined)
    throw new UserError(`"${how}" is not how a mail server refuses.`, {
      hint: 'bootdev mail refuse on | off | 451 | 550',
      code: exitCode.usage,
    });
  await refuseMail(context, code);
  const never = 'Every mail is refused for good, and the site hears so';
  const later = 'Every mail is refused for now, and waits in the queue';
  const text = code === 0 ? 'Mail is taken again.' : `${code >= 500 ? never : later}; bootdev mail refuse off ends it.`;
  yield { type: 'done', text };
}

async function onAdmin(context: Context, action: 'list' | 'retry'): Promise<string> {
  const { name, container } = await findRunning(context, 'admin');
  const program = '/etc/bootdev/current/roles/sendmail/queue.sh';
  const { code, stdout, stderr } = await context.io.docker.exec(container.id, [program, action]);
  refuseOlder({ code }, name);
  if (code !== 0) throw new UserError(`The queue cannot be read: ${stderr.trim()}`, { hint: 'bootdev status' });
  return stdout;
}
