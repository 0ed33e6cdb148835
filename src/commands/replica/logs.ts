import { InvalidArgumentError } from 'commander';
import { type CloudFlags, openCloud } from '../aws/open-cloud.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { otherSide, wholeNumber } from '../flags.ts';

interface LogFlags extends CloudFlags {
  on?: 'aws';
  follow?: boolean;
  since?: number;
  tail?: number;
  program?: string;
  grep?: string;
}

export const logs: Command<LogFlags> = {
  name: 'logs',
  description: 'Show logs of the machines',
  arguments: { '[machine]': 'Such as web-2 (default: all machines); on AWS web, gluster-1 or i-0…' },
  options: {
    '--on <aws>': { description: 'The machines of an environment on AWS, instead of the replica', parse: otherSide },
    '-f, --follow': 'Show new lines as they come, until Ctrl-C',
    '--since <time>': { description: 'Only lines of the last 30s, 10m, 2h or 1d', parse: seconds },
    '-n, --tail <lines>': { description: 'Only the last lines of each machine', parse: wholeNumber },
    '-p, --program <name>': 'Only lines of one program, such as php-fpm',
    '-g, --grep <text>': 'Only lines with this text, such as a request id',
  },

  async run(call) {
    const [machine] = call.args;
    const { on, follow = false, since, tail, program, grep } = call.flags;
    const what = { machine, follow, since, tail, program, grep };
    if (on === 'aws') return onAws(call, what);
    const verb = await import('../../replica/logs.ts');
    return show(verb.logs(await openReplica(call), what), call);
  },
};

async function onAws(call: Call<LogFlags>, what: object) {
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/logs.ts');
  return show(verb.logs(cloud, what), call);
}

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(text: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(text) ?? [];
  if (!(Number(number) > 0)) throw new InvalidArgumentError('It must be a time such as 30s, 10m, 2h or 1d.');
  return Number(number) * (secondsIn[unit] ?? 1);
}
