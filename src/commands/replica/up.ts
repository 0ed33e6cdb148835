import { openProject, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, yesOption } from '../confirm.ts';
import { confirmOwnConfig } from '../own-config.ts';

export const up: Command<{ newDatabase?: boolean } & ConfirmFlags> = {
  name: 'up',
  description: 'Start the replica, or apply changed settings',
  options: {
    '--new-database': 'Start with an empty database if the data is of another engine; the old data is kept',
    ...yesOption,
  },

  async run(call) {
    const { newDatabase = false } = call.flags;
    const verb = await import('../../replica/up/up.ts');
    const context = await openProject(call, call.flags);
    await confirmOwnConfig(call, context);
    await show(verb.up(context, { newDatabase }), call);
  },
};
