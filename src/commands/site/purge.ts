import type { PurgeOptions } from '../../settings/site-address.ts';
import { openCloud } from '../aws/open-cloud.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { otherSide } from '../flags.ts';

interface PurgeFlags {
  prefix?: string;
  all?: boolean;
  on?: 'aws';
}

export const purge: Command<PurgeFlags> = {
  name: 'purge',
  description: 'Remove pages from all micro-caches',
  arguments: { '[url...]': 'Addresses, or paths such as /about' },
  options: {
    '--prefix <url>': 'All that begins with an address or a path',
    '--all': 'Every page of the site',
    '--on <aws>': {
      description: 'What CloudFront keeps of an environment on AWS, instead of the replica',
      parse: otherSide,
    },
  },

  async run(call) {
    const [urls = []] = call.args as [string[]?];
    const { prefix, all = false } = call.flags;
    if (call.flags.on === 'aws') return onAws(call, { urls, prefix, all });
    const verb = await import('../../replica/purge.ts');
    return show(verb.purge(await openReplica(call), { urls, prefix, all }), call);
  },
};

async function onAws(call: Call, what: PurgeOptions) {
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/purge.ts');
  return show(verb.purge(cloud, what), call);
}
