import { basename, join } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { type Call, findFolder, hasSettings } from '../call.ts';
import type { Command } from '../command.ts';
import { notInteractive, withFlags } from '../usage.ts';
import { canDraw, runWizard } from './start.ts';

export const init: Command<{ yes?: boolean; detect?: boolean }> = {
  name: 'init',
  description: 'Write bootdev.yaml, with the wizard or with --set',
  options: {
    '-y, --yes': 'Take the default of every setting that --set does not name',
    '--detect': "Take application, docroot and database from the folder's files, and say why",
  },

  async run(call) {
    const dir = await findFolder(call);
    const file = join(dir, 'bootdev.yaml');
    if (await hasSettings(dir)) {
      const hint = 'edit it, then run: bootdev up';
      throw new UserError(`${file} already exists.`, { hint, code: exitCode.usage });
    }
    if (call.flags.detect) return initDetected(dir, call);
    if (!call.flags.yes && call.flags.set.length === 0) {
      if (!canDraw(call)) throw notInteractive(withFlags(call.line, ['--yes', '--set', 'site.name=shop']));
      if (!(await runWizard(dir, call))) return exitCode.usage;
      process.stderr.write('next: bootdev up\n');
      return exitCode.done;
    }
    const { answersOf } = await import('../../settings/load.ts');
    const { writeSettings } = await import('../../settings/write.ts');
    await writeSettings(dir, answersOf(call.flags.set));
    process.stderr.write(`Wrote ${file}\nnext: bootdev up\n`);
    return exitCode.done;
  },
};

/** What the folder's files say, and what --set says over it. */
async function initDetected(dir: string, { flags }: Call): Promise<number> {
  const { readHead } = await import('../../io/files.ts');
  const { namesIn, readFolder } = await import('../../io/folder.ts');
  const { packageRoot } = await import('../../io/environment/package.ts');
  const { readApplications } = await import('../../project/applications.ts');
  const { detect } = await import('../../project/detection/detection.ts');
  const { folderOf } = await import('../../project/detection/folder.ts');
  const { proposal, inWords } = await import('../../project/detection/proposal.ts');
  const { answersOf } = await import('../../settings/load.ts');
  const { writeSettings } = await import('../../settings/write.ts');
  const { siteName } = await import('../../wizard/site-name.ts');

  const applications = readApplications(await readFolder(join(packageRoot, 'docker')));
  const detected = await detect(folderOf(dir, { readHead, namesIn }), applications);
  if (!detected.found) {
    throw new UserError(`Nothing in ${dir} says which application it is.`, {
      hint: `bootdev init --set application=NAME   (one of ${[...applications.keys()].join(', ')})`,
    });
  }
  const file = join(dir, 'bootdev.yaml');
  await writeSettings(dir, answersOf([...proposal(siteName(basename(dir)), detected), ...flags.set]));
  if (flags.json) process.stdout.write(`${JSON.stringify({ status: 'done', file, ...detected })}\n`);
  else process.stderr.write(`${inWords(detected, applications).join('\n')}\nWrote ${file}\nnext: bootdev up\n`);
  return exitCode.done;
}
