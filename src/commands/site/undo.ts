import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

export const undo: Command<ConfirmFlags> = {
  name: 'undo',
  description: 'Undo the last up, scale, import or restore',
  arguments: { '[what]': 'What of it: up, scale, import or restore; without it what was done last' },
  options: yesOption,

  async run(call) {
    requireAnswer(call);
    const verb = await import('../../site/undo.ts');
    const last = await verb.lastDone(await openReplica(call), call.args[0], () => openReplica(call));
    await confirm(call, { text: last.question });
    await show(last.undo(), call);
  },
};
