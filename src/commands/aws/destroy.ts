import { exitCode } from '../../errors.ts';
import { count } from '../../screen/words.ts';
import { show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, confirmOption, yesOption } from '../confirm.ts';
import { adoptOption, type CloudFlags, openCloud } from './open-cloud.ts';

export const destroy: Command<CloudFlags & ConfirmFlags & { part?: string; dryRun?: boolean }> = {
  name: 'destroy',
  description: 'Delete everything of an environment in AWS',
  options: {
    '--dry-run': 'Only show what would be deleted and what would stay',
    '--part <part>': 'Delete one stack only, such as search',
    ...yesOption,
    ...confirmOption,
    ...adoptOption,
  },

  async run(call) {
    const { part, dryRun = false } = call.flags;
    const { cloud } = await openCloud(call);
    const verb = await import('../../cloud/destroy.ts');
    const deletion = await verb.planDeletion(cloud, part);
    const { planned: stacks, lost, stays } = deletion;
    await showEvent({ type: 'deletion-plan', project: cloud.project, stacks, lost, stays }, call);
    if (dryRun) return exitCode.done;
    await confirm(call, {
      text: `Type ${cloud.project} to delete ${count(stacks.length, 'stack')}:`,
      name: cloud.project,
      loss: 'Deleting cannot be undone: --yes also needs --confirm with the name.',
    });
    return show(verb.destroy(cloud, deletion), call);
  },
};
