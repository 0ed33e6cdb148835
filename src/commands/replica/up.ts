import { openProject, show } from '../call.ts';
import type { Command } from '../command.ts';

export const up: Command<{ newDatabase?: boolean }> = {
  name: 'up',
  description: 'Start the replica, or apply changed settings',
  options: { '--new-database': 'Start with an empty database if the data is of another engine; the old data is kept' },

  async run(call) {
    const { newDatabase = false } = call.flags;
    const verb = await import('../../replica/up/up.ts');
    await show(verb.up(await openProject(call), { newDatabase }), call);
  },
};
