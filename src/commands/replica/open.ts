import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const open: Command = {
  name: 'open',
  description: 'Open the site in the browser',
  arguments: { '[name]': 'Another address: mail, s3, status' },

  async run(call) {
    const [name] = call.args;
    const verb = await import('../../replica/open.ts');
    await show(verb.open(await openReplica(call), name === undefined ? {} : { name }), call);
  },
};
