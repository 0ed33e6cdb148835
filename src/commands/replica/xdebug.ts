import { exitCode, UserError } from '../../errors.ts';
import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const xdebug: Command = {
  name: 'xdebug',
  description: 'Step through PHP in your IDE, on a machine for it',
  arguments: { '<action>': 'What to do: on, off or status; status says what the IDE needs' },

  async run(call) {
    const [action = ''] = call.args;
    if (!['on', 'off', 'status'].includes(action)) {
      throw new UserError(`"${action}" is not something that bootdev does with Xdebug.`, {
        hint: 'bootdev xdebug on, off or status',
        code: exitCode.usage,
      });
    }
    const verbs = await import('../../replica/xdebug/xdebug.ts');
    const context = await openReplica(call);
    if (action === 'off') return show(verbs.off(context), call);
    if (action === 'on') await show(verbs.on(context), call);
    return show(verbs.tell(context), call);
  },
};
