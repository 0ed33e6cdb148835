import { show } from '../call.ts';
import type { Command } from '../command.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

export const watch: Command<CloudFlags> = {
  name: 'watch',
  description: 'Watch what is being changed in AWS, until it ends',

  async run(call) {
    const { cloud } = await openCloud(call);
    const verb = await import('../../cloud/watch.ts');
    return show(verb.watch(cloud), call);
  },
};
