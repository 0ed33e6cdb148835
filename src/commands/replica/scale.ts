import { exitCode, UserError } from '../../errors.ts';
import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const scale: Command = {
  name: 'scale',
  description: 'Add or remove web machines',
  arguments: { '<web=N>': 'Such as web=4; web.count in bootdev.yaml stays the normal number' },

  async run(call) {
    const [, count] = /^web=([1-6])$/.exec(call.args[0] ?? '') ?? [];
    if (!count) {
      throw new UserError(`"${call.args[0]}" is not a valid number of web machines.`, {
        hint: 'bootdev scale web=4   (1 to 6)',
        code: exitCode.usage,
      });
    }
    const verb = await import('../../replica/scale.ts');
    await show(verb.scale(await openReplica(call), { web: Number(count) }), call);
  },
};
