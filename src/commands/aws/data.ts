import { exitCode, UserError } from '../../errors.ts';
import { type Call, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, confirmOption, confirmPersons, requireAnswer, yesOption } from '../confirm.ts';
import { otherSide } from '../flags.ts';
import { type CloudFlags, openBoth } from './open-cloud.ts';

type Flags = CloudFlags & ConfirmFlags & { from?: 'aws'; to?: 'aws'; now?: boolean; unsanitised?: boolean };
type Action = (call: Call<Flags>) => Promise<unknown>;

export const data: Command<Flags> = {
  name: 'data',
  description: "Bring an environment's data here, or the other way",
  arguments: { '<action>': 'What to do: pull, push or rehearse' },
  options: {
    '--from <side>': { description: 'Where it comes from: aws (pull, rehearse)', parse: otherSide },
    '--to <side>': { description: 'Where it goes: aws (push)', parse: otherSide },
    '--now': 'From a backup that is made now, instead of the newest one',
    '--unsanitised': 'With all that is about persons',
    ...yesOption,
    ...confirmOption,
  },

  async run(call) {
    const [action = ''] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!run)
      throw new UserError(`"${action}" is not something that bootdev does between two sides.`, {
        hint: 'bootdev data pull --from aws',
        code: exitCode.usage,
      });
    const [flag, side] = action === 'push' ? ['--to', call.flags.to] : ['--from', call.flags.from];
    if (side === undefined)
      throw new UserError(`${flag} is missing: the other side.`, {
        hint: `bootdev data ${action} ${flag} aws`,
        code: exitCode.usage,
      });
    requireAnswer(call);
    return run(call);
  },
};

const actions: Record<string, Action> = {
  async pull(call) {
    const { now = false, unsanitised = false } = call.flags;
    const { cloud, context, side } = await open(call);
    const { environment, project, settings } = cloud;
    const what = `Replace the data of ${settings.site.name} here with ${now ? 'a new' : 'the newest'} backup of ${environment}`;
    if (unsanitised) await confirmPersons(call, project, what);
    else await confirm(call, { text: `${what}, without persons?` });
    const verb = await import('../../site/between/pull.ts');
    return show(verb.pull(context, await side(), { now, sanitised: !unsanitised }), call);
  },

  async push(call) {
    const { cloud, context, side } = await open(call);
    const { environment, project, settings } = cloud;
    await confirm(call, {
      text: `Replace the data of ${environment} with that of ${settings.site.name} here? Type ${project}:`,
      name: project,
      loss: `The data of ${environment} is replaced: --yes also needs --confirm with the name.`,
    });
    const verb = await import('../../site/between/push.ts');
    return show(verb.push(context, await side()), call);
  },

  async rehearse(call) {
    const { now = false } = call.flags;
    const { cloud, context, side } = await open(call);
    const { environment, project } = cloud;
    await confirmPersons(
      call,
      project,
      `Try ${now ? 'a new' : 'the newest'} backup of ${environment} here, and delete it afterwards`,
    );
    const verb = await import('../../site/between/rehearse.ts');
    return show(verb.rehearse(context, await side(), { now }), call);
  },
};

async function open(call: Call<Flags>) {
  const { cloud, context } = await openBoth(call);
  const { sideOf } = await import('../../site/between/backups.ts');
  return { cloud, context, side: () => sideOf(cloud) };
}
