/** promote: looks, mends, plans, asks, carries out, proves. */

import type { Cloud } from '../../cloud/cloud.ts';
import type { Leftover } from '../../cloud/preflight/leftovers.ts';
import type { Prepared } from '../../cloud/promote.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Plan } from '../../events.ts';
import { ask, askText, isInteractive } from '../../io/terminal.ts';
import type { Context } from '../../project/context.ts';
import { chooseMode } from '../../screen/mode.ts';
import { type Call, show } from '../actions.ts';
import { notInteractive } from '../usage.ts';
import { collectAssets, statementsIn } from './assets.ts';
import { type CloudFlags, one, openCloud } from './open-cloud.ts';
import { cancel, watch } from './watch.ts';

interface PromoteFlags extends CloudFlags {
  plan?: boolean;
  yes?: boolean;
  confirm?: string;
  unrehearsed?: boolean;
  detach?: boolean;
  watch?: boolean;
  cancel?: boolean;
  newImage?: boolean;
}

export async function promote(call: Call<PromoteFlags>): Promise<unknown> {
  const { flags } = call;
  if (flags.watch) return watch(call);
  if (flags.cancel) return cancel(call);
  const { cloud, context, files } = await openCloud(call);
  const verb = await import('../../cloud/promote.ts');
  await mendLeftovers(cloud, await show(verb.inspect(cloud), call), call);

  const prepared = await show(
    verb.plan(cloud, {
      assets: collectAssets(context, cloud),
      rehearsal: async (brought) => (await import('../../replica/rehearsal.ts')).rehearsal(context, brought),
      unrehearsed: flags.unrehearsed ?? false,
      newImage: flags.newImage ?? false,
      statements: statementsIn(files, cloud.project),
    }),
    call,
  );
  const { discard } = await import('../../cloud/plan/discard.ts');
  const { deploy, cleanUp } = await import('../../cloud/deploy/deploy.ts');
  let agreed = false;
  try {
    agreed = await confirm(prepared, call);
  } finally {
    if (!agreed) await discard(cloud, prepared.steps);
  }
  if (!agreed) {
    if (!flags.plan) await show(cleanUp(cloud, prepared), call);
    return exitCode.done;
  }
  const ended = await show(deploy(cloud, prepared, { detach: flags.detach ?? false }), call);
  return ended === 'live' ? verifyParity(context, cloud, prepared.plan, call) : ended === 'detached';
}

/** At the end of a promote: that both sides are the same. What no replica has run has nothing to be compared with. */
async function verifyParity(context: Context, cloud: Cloud, { unrehearsed }: Plan, call: Call<PromoteFlags>) {
  if (unrehearsed) {
    const text = 'Not rehearsed: no replica has this bundle, so nothing was compared.';
    await show(one({ type: 'notice', level: 'warning', text, hint: 'bootdev up, then bootdev parity' }), call);
    return true;
  }
  const { finalComparison } = await import('../../parity/parity.ts');
  return show(finalComparison(context, { aws: { reader: cloud.aws, place: cloud } }), call);
}

/** Shows the plan. True: go. False: there is nothing to do. Throws UserError for a no, or where nobody can be asked. */
async function confirm({ plan }: Prepared, call: Call<PromoteFlags>): Promise<boolean> {
  const { yes = false, confirm, plan: only = false, json } = call.flags;
  const { isEmpty } = await import('../../cloud/promote.ts');
  const empty = isEmpty(plan);
  const asking = !only && !empty && !yes && !json && isInteractive();
  const drawn = asking && chooseMode({ stdin: process.stdin, stdout: process.stdout, env: process.env }) === 'ink';
  if (!drawn) await show(one({ type: 'plan', plan, ...(only ? { details: true } : {}) }), call);
  if (empty) await show(one({ type: 'done', text: 'Nothing to change: AWS has it all.' }), call);
  if (only || empty) return false;
  if (!asking) return allowed(plan, yes, confirm);
  if (drawn) {
    const { askPlan } = await import('../../screen/plan/ask-plan.tsx');
    if (await askPlan(plan, { signal: call.signal })) return true;
  } else if (plan.dataLoss.length > 0) {
    const typed = await askText(`Data could be lost. Type ${plan.project} to apply it: `, call.signal);
    if (typed === plan.project) return true;
  } else if (await ask(`Apply this to ${plan.project}?`, call.signal)) return true;
  throw new UserError('Nothing was changed; the change sets are removed.', { code: exitCode.usage });
}

/** --yes is a yes, but not to the loss of data: that takes the name. */
function allowed({ dataLoss, project }: Pick<Plan, 'dataLoss' | 'project'>, yes: boolean, confirm?: string): true {
  const named = `bootdev promote --yes --confirm ${project}`;
  if (!yes) throw notInteractive(dataLoss.length > 0 ? named : 'bootdev promote --yes');
  if (dataLoss.length === 0 || confirm === project) return true;
  throw new UserError(`Data could be lost, and --yes does not agree to that:\n  ${dataLoss.join('\n  ')}`, {
    hint: named,
    code: exitCode.usage,
  });
}

async function mendLeftovers(cloud: Cloud, found: readonly Leftover[], call: Call<PromoteFlags>): Promise<void> {
  if (found.length === 0) return;
  const { plan = false, yes = false, json } = call.flags;
  const [first] = found as [Leftover];
  if (plan || (!yes && (json || !isInteractive()))) {
    const text = found.map((each) => each.text).join('\n  ');
    throw new UserError(text, {
      hint: `bootdev promote asks and mends ${found.length > 1 ? 'them' : 'it'}; --yes does not ask`,
    });
  }
  for (const { question } of yes ? [] : found) {
    if (!(await ask(question, call.signal)))
      throw new UserError(`Nothing was changed; ${first.seen.name} stays.`, { code: exitCode.usage });
  }
  const { mend } = await import('../../cloud/preflight/leftovers.ts');
  await show(mend(cloud, found), call);
}
