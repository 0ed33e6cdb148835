import { openProject, show } from '../call.ts';
import type { Command } from '../command.ts';

export const purge: Command<{ prefix?: string; all?: boolean }> = {
  name: 'purge',
  description: 'Take pages out of the micro-caches of all web machines',
  arguments: { '[url...]': 'Addresses, or paths such as /about' },
  options: {
    '--prefix <url>': 'All that begins with an address or a path',
    '--all': 'Every page',
  },

  async run(call) {
    const [urls = []] = call.args as [string[]?];
    const { prefix, all = false } = call.flags;
    const verb = await import('../../replica/purge.ts');
    return show(verb.purge(await openProject(call), { urls, prefix, all }), call);
  },
};
