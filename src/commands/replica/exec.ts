import { isInteractive } from '../../screen/mode.ts';
import { openReplica } from '../call.ts';
import type { Command } from '../command.ts';

export const exec: Command<{ root?: boolean }> = {
  name: 'exec',
  description: 'Run a command on a machine, or open a shell',
  arguments: {
    '<machine>': 'Such as admin or web-2',
    '[command...]': 'The command with its own flags; as the site, where its code is',
  },
  options: { '--root': 'As root, with the environment of the machine' },
  passThrough: true,

  async run(call) {
    const [machine = '', command = []] = call.args as [string?, string[]?];
    const verb = await import('../../replica/exec.ts');
    return verb.exec(await openReplica(call), machine, command, {
      tty: isInteractive(),
      root: call.flags.root ?? false,
    });
  },
};
