import { openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { collect } from '../flags.ts';
import { quote } from '../usage.ts';

interface WhyFlags {
  cookie?: string[];
  header?: string[];
  fresh?: boolean;
}

export const why: Command<WhyFlags> = {
  name: 'why',
  description: 'Show why a page was answered as it was',
  arguments: { '<url>': 'An address, or a path such as /about' },
  options: {
    '--cookie <name=value>': { description: 'A cookie to send (repeatable)', parse: collect },
    '--header <name: value>': {
      description: "A header to send, such as 'Accept-Encoding: gzip' (repeatable)",
      parse: collect,
    },
    '--fresh': 'Let PHP build the page, whatever is stored; nothing is stored',
  },

  async run(call) {
    const [url = ''] = call.args;
    const { cookie = [], header = [], fresh = false } = call.flags;
    const verb = await import('../../site/why/why.ts');
    const options = { url, typed: quote(url), cookies: cookie, headers: header, fresh };
    return show(verb.why(await openReplica(call), options), call);
  },
};
