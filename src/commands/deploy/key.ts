import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const key: Command<{ newHost?: boolean }> = {
  name: 'key',
  description: 'Show the key by which code.git knows this project',
  options: { '--new-host': 'Trust the host key that the git host shows now' },

  async run(call) {
    const verb = await import('../../site/deploy/key.ts');
    await show(verb.key(await openReplica(call), call.flags), call);
  },
};
