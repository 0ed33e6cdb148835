/** What the replica's mail machine has got, and how it answers: Mailpit's API (https://mailpit.axllent.org/docs/api-v1/), asked there. */
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { findRunning } from '../../replica/find.ts';

const found = z.object({ messages: z.array(z.object({ ID: z.string().regex(/^[\w-]+$/) })) });
const headers = z.record(z.string(), z.array(z.string()));
const message = z.object({ ReturnPath: z.string() });

/** The one with this text in its subject, where it is there by now. */
export async function findMail(context: Context, subject: string) {
  const { messages } = found.parse(await ask(context, `search?query=${encodeURIComponent(`subject:"${subject}"`)}`));
  const id = messages[0]?.ID;
  if (id === undefined) return undefined;
  return {
    id,
    envelope: message.parse(await ask(context, `message/${id}`)).ReturnPath,
    headers: headers.parse(await ask(context, `message/${id}/headers`)),
  };
}

/** From now on every mail is refused with this code, as a mail server says it; 0: none is. */
export async function refuseMail(context: Context, code: number): Promise<void> {
  const trigger = { ErrorCode: code || 451, Probability: code === 0 ? 0 : 100 };
  await ask(context, 'chaos', ['-X', 'PUT', '-d', JSON.stringify({ Recipient: trigger })]);
}

async function ask(context: Context, path: string, options: string[] = []): Promise<unknown> {
  const { container } = await findRunning(context, 'mail');
  const curl = ['curl', '-fsS', '-m', '5', ...options, `http://127.0.0.1:8025/api/v1/${path}`];
  const { code, stdout, stderr } = await context.io.docker.exec(container.id, curl);
  if (code !== 0) throw new UserError(`The mail machine does not answer: ${stderr.trim()}`, { hint: 'bootdev status' });
  return JSON.parse(stdout);
}
