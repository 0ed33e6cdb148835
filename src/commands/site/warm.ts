import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

interface WarmFlags {
  url?: string[];
}

export const warm: Command<WarmFlags> = {
  name: 'warm',
  description: 'Put pages into all micro-caches before visitors come',
  options: { '--url <url...>': 'These addresses, or paths such as /about, instead of all that the sitemap has' },

  async run(call) {
    const verb = await import('../../replica/warm.ts');
    return show(verb.warm(await openReplica(call), call.flags.url), call);
  },
};
