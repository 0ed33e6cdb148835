import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

export const down: Command<ConfirmFlags & { volumes?: boolean }> = {
  name: 'down',
  description: 'Stop the replica; its data is kept',
  options: { '--volumes': 'Also delete its data: database, objects, files', ...yesOption },

  async run(call) {
    const { volumes = false } = call.flags;
    if (volumes) requireAnswer(call);
    const context = await openReplica(call);
    const { name } = context.settings.site;
    if (volumes) await confirm(call, { text: `Delete the database and all files of ${name}?` });
    const verb = await import('../../replica/down.ts');
    await show(verb.down(context, { volumes }), call);
  },
};
