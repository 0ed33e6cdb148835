import { openReplica, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

export const upgrade: Command<ConfirmFlags & { plan?: boolean }> = {
  name: 'upgrade',
  description: 'Renew bootdev.lock, and build its images',
  options: { '--plan': 'Only show what would change', ...yesOption },

  async run(call) {
    const { plan: only = false, yes = false } = call.flags;
    if (!only) requireAnswer(call);
    const context = await openReplica(call);
    const verb = await import('../../replica/up/upgrade.ts');
    const planned = await show(verb.planUpgrade(context), call);
    const { changes, text, isNew } = planned;
    if (!isNew)
      return showEvent({ type: 'done', text: 'Nothing to change: bootdev.lock has what Debian has today.' }, call);
    const title = changes.length > 0 ? `${changes.length} packages change:\n` : '';
    if (only || yes) await showEvent({ type: 'done', text: `${title}${text}` }, call);
    if (only) return;
    await confirm(call, { text: `${title}${text}\nBuild the images of it?` });
    await show(verb.upgrade(context, planned), call);
  },
};
