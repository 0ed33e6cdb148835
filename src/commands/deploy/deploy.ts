import { type CloudFlags, openCloud } from '../aws/open-cloud.ts';
import { promoteSite } from '../aws/promote.ts';
import { type Call, openProject, show } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, confirmOption, requireAnswer, yesOption } from '../confirm.ts';

type Flags = CloudFlags & ConfirmFlags & { rollback?: boolean; withDatabase?: boolean; to?: string };

export const deploy: Command<Flags> = {
  name: 'deploy',
  description: 'Make a release of code.git, and serve it',
  arguments: { '[ref]': 'Branch, tag or commit (default: code.ref); with --rollback a release' },
  options: {
    '--rollback': 'Serve the release before, or the one that is named',
    '--with-database': 'With --rollback: also the data of before its updates; what was written since is lost',
    '--to <environment>': 'Then promote it to this environment on AWS, such as production',
    ...yesOption,
    ...confirmOption,
  },

  async run(call) {
    const { to, withDatabase = false } = call.flags;
    if (withDatabase || to !== undefined) requireAnswer(call);
    if (to === undefined) return deployHere(call);
    const there = to === 'aws' ? call : { ...call, flags: { ...call.flags, env: to } };
    const { cloud } = await openCloud(there); // what is wrong with that name is said before anything is built
    if (withDatabase) {
      const { project, environment } = cloud;
      await confirm(call, {
        text: `Replace the data here and of ${environment} with that of before the updates? Type ${project}:`,
        name: project,
        loss: `What was written in ${environment} since is lost: --yes also needs --confirm with the name.`,
      });
    }
    await deployHere({ ...call, flags: { ...call.flags, ...(withDatabase ? { yes: true } : {}) } });
    return promoteSite(there, { undo: withDatabase });
  },
};

async function deployHere(call: Call<Flags>): Promise<void> {
  const [ref] = call.args;
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
}
