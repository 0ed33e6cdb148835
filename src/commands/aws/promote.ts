import type { Cloud } from '../../cloud/cloud.ts';
import type { Prepared } from '../../cloud/promote.ts';
import { exitCode } from '../../errors.ts';
import type { Plan } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { chooseMode } from '../../screen/mode.ts';
import type { Update } from '../../site/deploy/updates-there.ts';
import { type Call, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { type ConfirmFlags, confirm, confirmOption, yesOption } from '../confirm.ts';
import { confirmOwnConfig } from '../own-config.ts';
import { collectAssets, statementsIn } from './assets.ts';
import { cancel } from './cancel.ts';
import { offerFixes } from './fix-leftovers.ts';
import { adoptOption, type CloudFlags, openCloud } from './open-cloud.ts';
import { showWayIn } from './open-site.ts';
import { rehearseLive } from './rehearse-live.ts';
import { watch } from './watch.ts';

export interface PromoteFlags extends CloudFlags, ConfirmFlags {
  plan?: boolean;
  unrehearsed?: boolean;
  detach?: boolean;
  watch?: boolean;
  cancel?: boolean;
  newImage?: boolean;
}

export const promote: Command<PromoteFlags> = {
  name: 'promote',
  description: 'Apply the identical configuration to AWS',
  options: {
    '--plan': 'Only show what would change (exit code 3, or 0 for nothing); nothing is left in AWS',
    ...yesOption,
    ...confirmOption,
    '--unrehearsed': 'Promote even what no replica has run; this is logged',
    '--detach': 'Stop watching as soon as AWS can finish alone',
    '--watch': 'Watch what is being changed in AWS instead',
    '--cancel': 'Cancel what is being changed in AWS instead',
    '--new-image': "Replace the machines by ones of Debian's newest image, those with data one by one",
    ...adoptOption,
  },

  async run(call) {
    if (call.flags.watch) return watch.run(call);
    if (call.flags.cancel) return cancel(call);
    return promoteSite(call);
  },
};

/**
 * Fixes what failed runs left, plans, asks, deploys, and compares both sides at the end. `undo`: the data there becomes that of before the
 * updates that were made since the release.
 */
export async function promoteSite(call: Call<PromoteFlags>, { undo = false } = {}): Promise<unknown> {
  const { flags } = call;
  const { cloud, context, files } = await openCloud(call);
  const { refuseForRds } = await import('../../cloud/stacks/own-parameters.ts');
  refuseForRds(context.own);
  await confirmOwnConfig(call, context);
  const verb = await import('../../cloud/promote.ts');
  await offerFixes(cloud, await show(verb.inspect(cloud), call), call);
  if (!flags.plan && !flags.unrehearsed) await rehearseLive(context, call);

  const prepared = await show(
    verb.plan(cloud, {
      assets: collectAssets(context, cloud),
      rehearsal: async (assets) => (await import('../../replica/rehearsal.ts')).rehearsal(context, assets),
      unrehearsed: flags.unrehearsed ?? false,
      newImage: flags.newImage ?? false,
      statements: statementsIn(files, cloud.project),
    }),
    call,
  );
  const { isEmpty } = verb;
  const { discard } = await import('../../cloud/plan/discard.ts');
  const { deploy, cleanUp } = await import('../../cloud/deploy/deploy.ts');
  let confirmed = false;
  try {
    confirmed = await confirmPlan(prepared, call);
  } finally {
    if (!confirmed) await discard(cloud, prepared.steps);
  }
  if (!confirmed) {
    if (flags.plan) return isEmpty(prepared.plan) ? exitCode.done : exitCode.changes;
    await show(cleanUp(cloud, prepared), call);
    await updateDatabase(context, cloud, { release: prepared.plan.release, undo }, call);
    return exitCode.done;
  }
  const ended = await show(deploy(cloud, prepared, { detach: flags.detach ?? false }), call);
  if (ended !== 'live') return ended === 'detached';
  await updateDatabase(context, cloud, { release: prepared.plan.release, undo }, call);
  const same = await verifyParity(context, cloud, prepared.plan, call);
  await showWayIn(cloud, call);
  return same;
}

/** Shows the plan. True: deploy it. False: there is nothing to do. Throws UserError for a no, or where nobody can be asked. */
async function confirmPlan({ plan }: Prepared, call: Call<PromoteFlags>): Promise<boolean> {
  const { plan: only = false, yes = false, json } = call.flags;
  const { isEmpty } = await import('../../cloud/promote.ts');
  const empty = isEmpty(plan);
  const drawn = !only && !empty && !yes && chooseMode({ json }) === 'ink';
  if (!drawn) await showEvent({ type: 'plan', plan, ...(only ? { details: true } : {}) }, call);
  if (empty) await showEvent({ type: 'done', text: 'Nothing to change: AWS is up to date.' }, call);
  if (only || empty) return false;
  const { dataLoss, project } = plan;
  await confirm(call, {
    ...(dataLoss.length > 0
      ? { text: `Data could be lost. Type ${project} to apply it:`, name: project, loss: lossOf(dataLoss) }
      : { text: `Apply this to ${project}?` }),
    declined: 'Nothing was changed; the change sets are removed.',
    ...(drawn ? { ask: () => askOnScreen(plan, call) } : {}),
  });
  return true;
}

const lossOf = (dataLoss: readonly string[]) =>
  `Data could be lost: --yes also needs --confirm with the name.\n  ${dataLoss.join('\n  ')}`;

async function askOnScreen(plan: Plan, { signal, say }: Call): Promise<boolean> {
  const { askPlan } = await import('../../screen/plan/ask-plan.tsx');
  return askPlan(plan, { signal, whole: say('bootdev promote --plan') });
}

/** Of a release of code.git; where one was promoted, each time: it may be what a stopped promote did not get to. */
async function updateDatabase(context: Context, cloud: Cloud, update: Update, call: Call): Promise<void> {
  const { code } = context.settings;
  if (code.git === '' || code.mode === 'live') return;
  const [{ updateThere }, { sideOf }, { invalidate }] = await Promise.all([
    import('../../site/deploy/updates-there.ts'),
    import('../../site/between/backups.ts'),
    import('../../cloud/purge.ts'),
  ]);
  const isAnother = await show(updateThere(context, await sideOf(cloud), update), call);
  if (isAnother) await show(invalidate(cloud, 'remove pages of before from CloudFront'), call);
}

/** At the end of a promote: both sides are the same. What no replica has run has nothing to be compared with. */
async function verifyParity(context: Context, cloud: Cloud, { unrehearsed }: Plan, call: Call): Promise<boolean> {
  if (unrehearsed) {
    const text = 'Not rehearsed: no replica runs this bundle, so nothing was compared.';
    await showEvent({ type: 'notice', level: 'warning', text, hint: 'bootdev up, then bootdev parity' }, call);
    return true;
  }
  const { finalComparison } = await import('../../parity/parity.ts');
  return show(finalComparison(context, { aws: { reader: cloud.aws, place: cloud } }), call);
}
