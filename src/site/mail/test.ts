/** A mail as the site sends one, from each machine that has the site, until it is there: what arrived, and by which way. */
import { randomBytes } from 'node:crypto';
import { exitCode, UserError } from '../../errors.ts';
import type { Event, MailTest } from '../../events.ts';
import type { Container } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findMachines } from '../../replica/find.ts';
import { step } from '../../steps.ts';
import { findMail } from './mailpit.ts';
import { readQueue } from './queue.ts';

export interface MailTestOptions {
  to?: string | undefined;
  /** What the site names as its sender. */
  from?: string | undefined;
}

/** Milliseconds: what is sent at once is there at once. */
const patience = 5_000;
const script =
  '[, $to, $subject, $from] = $argv; exit(mail($to, $subject, "Sent by bootdev mail test.\\n", $from === "" ? [] : ["From" => $from]) ? 0 : 1);';

/** False: one did not arrive. Throws UserError. */
export async function* testMail(context: Context, options: MailTestOptions): AsyncGenerator<Event, boolean> {
  const { to = 'test@example.test', from = '' } = options;
  for (const address of [to, from]) refuseUnlessAddress(address);
  const machines = [...(await findMachines(context))]
    .filter(([, { service, state }]) => (service === 'web' || service === 'admin') && state === 'running')
    .sort(([one], [other]) => one.localeCompare(other));
  if (machines.length === 0) throw new UserError('No machine of the site is running.', { hint: 'bootdev up' });
  yield { type: 'begin', verb: 'mail test', project: context.project };
  const tests: MailTest[] = [];
  for (const [name, container] of machines) {
    const described = { id: name, text: `${name} sends a mail`, failed: ({ arrived }: MailTest) => !arrived };
    tests.push(yield* step(described, () => testOn(context, { name, container, to, from })));
  }
  yield { type: 'mail-test', tests };
  return tests.every(({ arrived }) => arrived);
}

function refuseUnlessAddress(address: string): void {
  if (address === '' || /^[^\s@<>(),;:"\\-][^\s@<>(),;:"\\]*@[^\s@<>(),;:"\\]+$/.test(address)) return;
  throw new UserError(`"${address}" is not a mail address.`, {
    hint: 'bootdev mail test me@example.org',
    code: exitCode.usage,
  });
}

interface From {
  name: string;
  container: Container;
  to: string;
  from: string;
}

async function testOn(context: Context, { name, container, to, from }: From): Promise<MailTest> {
  const { io, signal, state } = context;
  const subject = `bootdev mail test ${randomBytes(6).toString('hex')}`;
  const started = io.clock.now();
  const sent = await io.docker.exec(container.id, ['site', 'php', '-r', script, '--', to, subject, from]);
  if (sent.code !== 0) return { machine: name, arrived: false, problem: lastLine(sent.stderr) };
  for (;;) {
    const mail = await findMail(context, subject);
    const seconds = (io.clock.now() - started) / 1000;
    if (mail) {
      const { envelope, headers, id } = mail;
      const received = headers.Received ?? [];
      return {
        ...{ machine: name, arrived: true, seconds, envelope },
        way: received.some((each) => each.includes(' (queue);')) ? 'queue' : 'direct',
        headers: ['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-Id', 'Received'].flatMap((field) =>
          (headers[field] ?? []).map((value) => ({ name: field, value })),
        ),
        ...(state.ports.mail ? { url: `http://127.0.0.1:${state.ports.mail}/view/${id}` } : {}),
      };
    }
    if (io.clock.now() - started > patience) break;
    await io.clock.pause(200, signal);
  }
  const { waiting, refusal } = await readQueue(context);
  const problem =
    waiting > 0 ? `it waits in the queue: ${refusal?.words ?? 'not tried yet'}` : 'it was taken, and did not arrive';
  return { machine: name, arrived: false, problem };
}

const lastLine = (text: string) =>
  text
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^sendmail: /, '') || 'PHP says no more than that it was not sent';
