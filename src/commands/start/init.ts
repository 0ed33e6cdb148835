import { join } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import { findFolder, hasSettings } from '../call.ts';
import type { Command } from '../command.ts';
import { notInteractive, withFlags } from '../usage.ts';
import { canDraw, runWizard } from './start.ts';

export const init: Command<{ yes?: boolean }> = {
  name: 'init',
  description: 'Write bootdev.yaml, with the wizard or with --set',
  options: { '-y, --yes': 'Take the default of every setting that --set does not name' },

  async run(call) {
    const dir = await findFolder(call);
    const file = join(dir, 'bootdev.yaml');
    if (await hasSettings(dir)) {
      const hint = 'edit it, then run: bootdev up';
      throw new UserError(`${file} already exists.`, { hint, code: exitCode.usage });
    }
    if (!call.flags.yes && call.flags.set.length === 0) {
      if (!canDraw(call)) throw notInteractive(withFlags(call.line, ['--yes', '--set', 'site.name=shop']));
      return (await runWizard(dir, call)) ? exitCode.done : exitCode.usage;
    }
    const { answersOf } = await import('../../settings/load.ts');
    const { writeSettings } = await import('../../settings/write.ts');
    await writeSettings(dir, answersOf(call.flags.set));
    process.stderr.write(`Wrote ${file}\nnext: bootdev up\n`);
    return exitCode.done;
  },
};
