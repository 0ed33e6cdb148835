import { isInteractive } from '../../screen/mode.ts';
import { openReplica } from '../call.ts';
import type { Command } from '../command.ts';

export const mysql: Command = {
  name: 'mysql',
  description: "Run the database's client in the site's database",
  arguments: { '[arguments...]': 'Its own arguments and flags' },
  passThrough: 'all',

  async run(call) {
    const [words = []] = call.args as [string[]?];
    const verb = await import('../../site/database/client.ts');
    return verb.shell(await openReplica(call), { tty: isInteractive(), more: words });
  },
};
