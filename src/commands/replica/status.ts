import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const status: Command<{ watch?: boolean; recompute?: boolean; disk?: boolean }> = {
  name: 'status',
  description: 'Show each machine: state, programs, configuration',
  options: {
    '-w, --watch': 'Update every two seconds, until Ctrl-C',
    '--recompute': 'Ask every machine now; else what was heard in the last half minute is enough',
    '--disk': 'Show what the replica uses on the disk instead',
  },

  async run(call) {
    const { disk = false, recompute = false, watch = false } = call.flags;
    const context = await openReplica(call);
    if (disk) {
      const verb = await import('../../replica/disk.ts');
      return show(verb.disk(context), call);
    }
    const verb = await import('../../replica/status.ts');
    return show(verb.status(context, { watch, recompute }), call);
  },
};
