import { type Call, folder, requireSettings, show } from '../actions.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

export async function parity(call: Call<CloudFlags & { replica?: boolean }>) {
  const dir = await folder(call);
  await requireSettings(dir);
  const { set, replica = false } = call.flags;
  const { loadSettings } = await import('../../settings/load.ts');
  const verb = await import('../../parity/parity.ts');
  const { settings } = await loadSettings({ dir, set });
  if (replica || !settings.aws.region) {
    const { openProject } = await import('../../project/context.ts');
    return show(verb.parity(await openProject({ dir, set, signal: call.signal }), {}), call);
  }
  const { cloud, context } = await openCloud(call);
  return show(verb.parity(context, { aws: { reader: cloud.aws, place: cloud } }), call);
}
