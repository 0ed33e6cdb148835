import { isInteractive } from '../../screen/mode.ts';
import { openReplica } from '../call.ts';
import type { Command } from '../command.ts';

export const run: Command = {
  name: 'run',
  description: 'Run a tool that may write the code, such as composer',
  arguments: { '<command...>': 'The command with its own flags' },
  passThrough: true,

  async run(call) {
    const [command = []] = call.args as [string[]?];
    const verb = await import('../../replica/live/run.ts');
    return verb.run(await openReplica(call), command, { tty: isInteractive() });
  },
};
