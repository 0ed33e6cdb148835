import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const size: Command = {
  name: 'size',
  description: 'Show what PHP processes take, and what to plan',

  async run(call) {
    const verb = await import('../../replica/size.ts');
    await show(verb.size(await openReplica(call)), call);
  },
};
