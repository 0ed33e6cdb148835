import { exitCode, UserError } from '../../errors.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

interface MailFlags {
  from?: string;
}
type Action = (call: Call<MailFlags>, what: string | undefined) => Promise<unknown>;

export const mail: Command<MailFlags> = {
  name: 'mail',
  description: "Test the site's mail, and see what waits to be sent",
  arguments: {
    '[action]': 'What to do: queue, test, retry or refuse. Without one: queue',
    '[what]': 'Whom test sends to; or whether the mail machine refuses: on, off, or a code such as 550',
  },
  options: { '--from <address>': 'Test a site that names this sender' },

  async run(call) {
    const [action = 'queue', what] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run) return run(call, what);
    throw new UserError(`"${action}" is not something that bootdev does about mail.`, {
      hint: `bootdev mail ${Object.keys(actions).join(' | ')}; bootdev open mail shows what has arrived`,
      code: exitCode.usage,
    });
  },
};

const actions: Record<string, Action> = {
  async queue(call) {
    const verb = await import('../../site/mail/queue.ts');
    return show(verb.showQueue(await openReplica(call)), call);
  },

  async test(call, to) {
    const verb = await import('../../site/mail/test.ts');
    return show(verb.testMail(await openReplica(call), { to, from: call.flags.from }), call);
  },

  async retry(call) {
    const verb = await import('../../site/mail/queue.ts');
    return show(verb.retryQueue(await openReplica(call)), call);
  },

  async refuse(call, how) {
    const verb = await import('../../site/mail/queue.ts');
    return show(verb.refuse(await openReplica(call), how), call);
  },
};
