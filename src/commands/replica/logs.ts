import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { wholeNumber } from '../flags.ts';

export const logs: Command<{ follow?: boolean; tail?: number; program?: string; grep?: string }> = {
  name: 'logs',
  description: 'Show logs of the machines',
  arguments: { '[machine]': 'Such as web-2 (default: all machines)' },
  options: {
    '-f, --follow': 'Show new lines as they come, until Ctrl-C',
    '-n, --tail <lines>': { description: 'Only the last lines of each machine', parse: wholeNumber },
    '-p, --program <name>': 'Only lines of one program, such as php-fpm',
    '-g, --grep <text>': 'Only lines with this text, such as a request id',
  },

  async run(call) {
    const [machine] = call.args;
    const { follow = false, tail, program, grep } = call.flags;
    const verb = await import('../../replica/logs.ts');
    await show(verb.logs(await openReplica(call), { machine, follow, tail, program, grep }), call);
  },
};
