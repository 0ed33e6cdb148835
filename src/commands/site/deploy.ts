import { openProject, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, requireAnswer, yesOption } from '../confirm.ts';

type Flags = ConfirmFlags & { rollback?: boolean; withDatabase?: boolean };

export const deploy: Command<Flags> = {
  name: 'deploy',
  description: 'Make a release of code.git, and serve it',
  arguments: { '[ref]': 'Branch, tag or commit (default: code.ref); with --rollback a release' },
  options: {
    '--rollback': 'Serve the release before, or the one that is named',
    '--with-database': 'With --rollback: also the data of before its updates; what was written since is lost',
    ...yesOption,
  },

  async run(call) {
    const [ref] = call.args;
    if (call.flags.withDatabase) requireAnswer(call);
    const verb = await import('../../site/deploy/deploy.ts');
    const context = await openProject(call);
    if (!call.flags.rollback) return show(verb.deploy(context, ref ?? ''), call);
    const found = await verb.rollbackTo(context, { id: ref, database: call.flags.withDatabase ?? false });
    if (found.snapshot !== undefined) {
      await confirm(call, {
        text: `Replace the data of ${context.settings.site.name} with the snapshot ${found.snapshot}?`,
      });
    }
    await show(verb.rollback(context, found), call);
  },
};
