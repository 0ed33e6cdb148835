import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const features: Command = {
  name: 'features',
  description: 'Show each feature: works, waits for a module, off',

  async run(call) {
    const verb = await import('../../site/features/features.ts');
    return show(verb.listFeatures(await openReplica(call)), call);
  },
};
