import { resolve } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { type CloudFlags, openBoth } from '../aws/open-cloud.ts';
import { type Call, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, confirmOption, confirmPersons, requireAnswer, yesOption } from '../confirm.ts';
import { otherSide } from '../flags.ts';

interface FilesFlags extends CloudFlags, ConfirmFlags {
  private?: boolean;
  below?: string;
  generated?: boolean;
  from?: 'aws';
  to?: 'aws';
}
type Action = (call: Call<FilesFlags>) => Promise<unknown>;

export const files: Command<FilesFlags> = {
  name: 'files',
  description: 'Bring uploaded files in, or take them out',
  arguments: {
    '<action>': 'What to do: import, export, adopt, push or pull',
    '[place]': 'Import, export: a folder, an archive (.tar, .tar.gz, .zip), or - for a tar in a pipe',
  },
  options: {
    '--private': 'Private files instead of those that visitors can ask for',
    '--below <path>': 'Import only what is below this path of it, such as wp-content/uploads',
    '--generated': 'Also what the site makes again, such as image styles',
    '--from <side>': { description: 'Where a pull comes from: aws', parse: otherSide },
    '--to <side>': { description: 'Where a push goes: aws', parse: otherSide },
    ...yesOption,
    ...confirmOption,
  },

  async run(call) {
    const [action = ''] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run) return run(call);
    throw new UserError(`"${action}" is not something that bootdev does to files.`, {
      hint: 'bootdev files import, export, adopt, push --to aws or pull --from aws',
      code: exitCode.usage,
    });
  },
};

const actions: Record<string, Action> = {
  async import(call) {
    const { private: isPrivate = false, below } = call.flags;
    const from = placeOf(call, 'What is to be imported?');
    const { importFiles } = await import('../../site/files/import.ts');
    return show(importFiles(await openReplica(call), { from, isPrivate, below }), call);
  },

  async export(call) {
    const to = placeOf(call, 'Where are the files to go?');
    const { exportFiles } = await import('../../site/files/export.ts');
    const { writeOutput } = await import('../../io/terminal.ts');
    return show(exportFiles(await openReplica(call), { to, ...chosen(call), write: writeOutput }), call);
  },

  async adopt(call) {
    const { adoptFiles } = await import('../../site/files/adopt.ts');
    return show(adoptFiles(await openReplica(call)), call);
  },

  async push(call) {
    const { cloud, context, side } = await open(call, '--to', call.flags.to);
    const { environment, project, settings } = cloud;
    await confirm(call, {
      text: `Send the ${words(call)} of ${settings.site.name} here to ${environment}, over those that differ there? Type ${project}:`,
      name: project,
      loss: `Files of ${environment} are replaced: --yes also needs --confirm with the name.`,
    });
    const { pushFiles } = await import('../../site/between/push-files.ts');
    return show(pushFiles(context, await side(), chosen(call)), call);
  },

  async pull(call) {
    const { cloud, context, side } = await open(call, '--from', call.flags.from);
    const { environment, project, settings } = cloud;
    const what = `Fetch the ${words(call)} of ${environment}, over those of ${settings.site.name} here that differ`;
    if (call.flags.private) await confirmPersons(call, project, what);
    else await confirm(call, { text: `${what}?` });
    const { pullFiles } = await import('../../site/between/pull-files.ts');
    return show(pullFiles(context, await side(), chosen(call)), call);
  },
};

const chosen = ({ flags }: Call<FilesFlags>) => ({
  isPrivate: flags.private ?? false,
  generated: flags.generated ?? false,
});
const words = ({ flags }: Call<FilesFlags>) => (flags.private ? 'private files' : 'uploaded files');

/** Throws UserError where none was said: `question`; also where the other side was, since these stay on this computer. */
function placeOf({ args: [action, place], flags }: Call<FilesFlags>, question: string): string {
  const other = flags.to ? ['--to', 'push'] : ['--from', 'pull'];
  if (flags.to ?? flags.from)
    throw new UserError(`files ${action} stays on this computer: ${other[0]} is for ${other[1]}.`, {
      hint: `bootdev files ${other[1]} ${other[0]} aws`,
      code: exitCode.usage,
    });
  if (place !== undefined) return place === '-' ? '-' : resolve(place);
  throw new UserError(question, {
    hint: `bootdev files ${action} FOLDER, or the name of an archive`,
    code: exitCode.usage,
  });
}

async function open(call: Call<FilesFlags>, flag: string, side: string | undefined) {
  const [action, place] = call.args;
  if (side === undefined || place !== undefined)
    throw new UserError(side === undefined ? `${flag} is missing: the other side.` : `${place} is one word too many.`, {
      hint: `bootdev files ${action} ${flag} aws`,
      code: exitCode.usage,
    });
  requireAnswer(call);
  const { cloud, context } = await openBoth(call);
  const { refuseOwnFiles } = await import('../../site/between/shared-files.ts');
  refuseOwnFiles(cloud.settings);
  const { sideOf } = await import('../../site/between/backups.ts');
  return { cloud, context, side: () => sideOf(cloud) };
}
