import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, yesOption } from '../confirm.ts';

export const trust: Command<ConfirmFlags & { remove?: boolean }> = {
  name: 'trust',
  description: "Make this computer trust the site's certificate",
  options: { '--remove': 'Stop trusting it', ...yesOption },

  async run(call) {
    const { remove = false } = call.flags;
    const verb = await import('../../replica/site/trust.ts');
    const context = await openReplica(call);
    await show(verb.trust(context, { remove, confirm: (text) => confirm(call, { text }) }), call);
  },
};
