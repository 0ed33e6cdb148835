import { exitCode, UserError } from '../../errors.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const secret: Command = {
  name: 'secret',
  description: 'Give the site a key of a service, as for maps',
  arguments: {
    '<action>': 'What to do: set, remove or list',
    '[name]': 'Of the secret: map-key. Its value is typed, or comes by a pipe; never on the command line',
  },

  async run(call) {
    const [action = '', name] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run) return run(call, name);
    throw new UserError(`"${action}" is not something that bootdev does to a secret.`, {
      hint: `bootdev secret ${Object.keys(actions).join(' | ')}`,
      code: exitCode.usage,
    });
  },
};

const actions: Record<string, (call: Call, name: string | undefined) => Promise<unknown>> = {
  async set(call, name) {
    const verb = await import('../../replica/site/secrets.ts');
    const known = verb.secretNamed(name);
    const context = await openReplica(call);
    const { askHidden } = await import('../../io/terminal.ts');
    const value = (await askHidden(`${known} (not shown): `, call.signal)).trim();
    refuseUnlessPrintable(known, value);
    return show(verb.setSecret(context, known, value), call);
  },

  async remove(call, name) {
    const verb = await import('../../replica/site/secrets.ts');
    const known = verb.secretNamed(name);
    return show(verb.setSecret(await openReplica(call), known, ''), call);
  },

  async list(call) {
    const verb = await import('../../replica/site/secrets.ts');
    return show(verb.listSecrets(await openReplica(call)), call);
  },
};

function refuseUnlessPrintable(name: string, value: string): void {
  if (/^[\x21-\x7e]{1,1000}$/.test(value)) return;
  throw new UserError(`${name} must be one word of printable characters, at most 1000.`, { code: exitCode.usage });
}
