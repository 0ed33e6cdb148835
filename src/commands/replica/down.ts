import type { Context } from '../../project/context.ts';
import { type Call, openReplica, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

export const down: Command<ConfirmFlags & { volumes?: boolean }> = {
  name: 'down',
  description: 'Stop the replica; its data is kept',
  options: { '--volumes': 'Also delete its data: database, objects, files', ...yesOption },

  async run(call) {
    const { volumes = false } = call.flags;
    if (volumes) requireAnswer(call);
    const context = await openReplica(call);
    const { name } = context.settings.site;
    if (volumes && !call.flags.yes) await offerExport(call, context);
    if (volumes) await confirm(call, { text: `Delete the database and all files of ${name}?` });
    const verb = await import('../../replica/down.ts');
    await show(verb.down(context, { volumes }), call);
    await deleteLessons(context, call);
  },
};

/** Of `bootdev lvs`: containers of one that was killed. They belong to no project. */
export async function deleteLessons({ io }: Pick<Context, 'io'>, call: Call): Promise<void> {
  const { removeAbandoned } = await import('../../lesson/leftovers.ts');
  await show(removeAbandoned({ io }), call);
}

/** Snapshots go with the data: only what was exported stays. */
async function offerExport(call: Call<ConfirmFlags>, context: Context): Promise<void> {
  const { findMachines } = await import('../../replica/find.ts');
  const { name } = context.settings.site;
  const machines = await findMachines(context).catch(() => undefined);
  if (machines?.get(context.settings.database.engine)?.state !== 'running') return;
  const hint = `bootdev db export ${name}.sql.gz\nbootdev files export ${name}-files.tar.gz`;
  await showEvent({ type: 'notice', level: 'info', text: 'To keep a copy, answer no, and first:', hint }, call);
}
