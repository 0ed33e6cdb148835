import type { Context } from '../../project/context.ts';
import { type Call, show } from '../call.ts';
import { type ConfirmFlags, confirm } from '../confirm.ts';

/** What is promoted ran here first: where the replica serves a live folder, it gets a release of it, after a yes. Throws UserError for a no. */
export async function rehearseLive(context: Context, call: Call<ConfirmFlags>): Promise<void> {
  if (context.state.shape === undefined) return; // no replica yet
  const { servesLive } = await import('../../replica/live/mode.ts');
  if (!(await servesLive(context))) return;
  await confirm(call, { text: 'The replica serves a live folder. Rehearse a release of it now?' });
  const [{ withSettings }, { up }] = await Promise.all([
    import('../../project/context.ts'),
    import('../../replica/up/up.ts'),
  ]);
  const { code } = context.settings;
  await show(up(withSettings(context, { code: { ...code, mode: 'release' } })), call);
}
