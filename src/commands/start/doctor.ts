import { show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, yesOption } from '../confirm.ts';

export const doctor: Command<ConfirmFlags & { fix?: boolean }> = {
  name: 'doctor',
  description: 'Check that this computer has what a replica needs',
  options: { '--fix': 'Fix what is missing; each command is shown first', ...yesOption },

  async run(call) {
    const verb = await import('../../doctor/doctor.ts');
    const confirmFix = (text: string, declined: string) => confirm(call, { text, declined });
    return show(verb.doctor({ signal: call.signal, ...(call.flags.fix ? { confirmFix } : {}) }), call);
  },
};
