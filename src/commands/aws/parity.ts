import { loadProjectSettings, openProject, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

export const parity: Command<CloudFlags & { replica?: boolean }> = {
  name: 'parity',
  description: 'Compare settings, replica and AWS, file by file',
  options: { '--replica': 'Compare settings and replica only, even if a region is set' },

  async run(call) {
    const settings = await loadProjectSettings(call);
    const verb = await import('../../parity/parity.ts');
    if (call.flags.replica || !settings.aws.region) {
      const replica = await openProject(call);
      return show(verb.parity(replica, { told: replica.toldBefore }), call);
    }
    const { refuseForRds } = await import('../../cloud/stacks/own-parameters.ts');
    const { cloud, context } = await openCloud(call);
    refuseForRds(context.own);
    return show(verb.parity(context, { aws: { reader: cloud.aws, place: cloud }, told: context.toldBefore }), call);
  },
};
