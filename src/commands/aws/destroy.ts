import { exitCode, UserError } from '../../errors.ts';
import { askText, isInteractive } from '../../io/terminal.ts';
import { type Call, show } from '../actions.ts';
import { type CloudFlags, one, openCloud } from './open-cloud.ts';

export async function destroy(
  call: Call<CloudFlags & { yes?: boolean; confirm?: string; part?: string; dryRun?: boolean }>,
) {
  const { yes = false, confirm, part, dryRun = false, json } = call.flags;
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/destroy.ts');
  const deletion = await verb.planDeletion(cloud, part);
  await show(
    one({
      type: 'deletion-plan',
      project: cloud.project,
      stacks: deletion.planned,
      lost: deletion.lost,
      stays: deletion.stays,
    }),
    call,
  );
  if (dryRun) return exitCode.done;
  if (!yes || confirm !== cloud.project) {
    const command = `bootdev destroy${part ? ` --part ${part}` : ''} --yes --confirm ${cloud.project}`;
    if (yes || json || !isInteractive())
      throw new UserError(`What is deleted cannot be brought back: it takes the name ${cloud.project}.`, {
        hint: command,
        code: exitCode.usage,
      });
    const typed = await askText(`Type ${cloud.project} to delete these ${deletion.seen.length} stacks: `, call.signal);
    if (typed !== cloud.project) throw new UserError('Nothing was changed.', { code: exitCode.usage });
  }
  return show(verb.destroy(cloud, deletion), call);
}
