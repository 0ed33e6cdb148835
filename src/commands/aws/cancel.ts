import { type Call, show } from '../call.ts';
import { type ConfirmFlags, confirm } from '../confirm.ts';
import { byName } from './fix-leftovers.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

/** `promote --cancel` */
export async function cancel(call: Call<CloudFlags & ConfirmFlags>): Promise<unknown> {
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/watch.ts');
  const { snapshot, question, loss } = await verb.findCancellable(cloud);
  await confirm(call, {
    text: question,
    declined: 'Not cancelled; AWS continues.',
    ...(loss ? byName(cloud, loss) : {}),
  });
  return show(verb.cancel(cloud, snapshot), call);
}
