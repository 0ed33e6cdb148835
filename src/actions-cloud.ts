/** What the commands of the AWS side do: asks what must be asked, loads its verb, and shows the verb's events. */
import { join } from 'node:path';
import { type Call, folder, requireSettings, show } from './actions.ts';
import type { Cargo, Cloud, Statement } from './cloud/cloud.ts';
import type { Leftover } from './cloud/leftovers.ts';
import type { Prepared } from './cloud/promote.ts';
import { exitCode, UserError } from './errors.ts';
import type { Event, Plan } from './events.ts';
import { ask, askText, isInteractive } from './io/terminal.ts';
import type { Context } from './project/context.ts';
import { chooseMode } from './screen/mode.ts';
import { notInteractive } from './usage.ts';

interface CloudFlags {
  /** Project id of another folder that these stacks were made from. */
  adopt?: string;
}

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
  const verb = await import('./cloud/promote.ts');
  await mendLeftovers(cloud, await show(verb.inspect(cloud), call), call);

  const prepared = await show(
    verb.plan(cloud, {
      cargo: bring(context, cloud),
      rehearsal: async (brought) => (await import('./cloud/rehearsal.ts')).rehearsal(context, brought),
      unrehearsed: flags.unrehearsed ?? false,
      newImage: flags.newImage ?? false,
      statements: statementsIn(files, cloud.project),
    }),
    call,
  );
  const { discard } = await import('./cloud/discard.ts');
  let agreed = false;
  try {
    agreed = await agree(prepared, call);
  } finally {
    if (!agreed) await discard(cloud, prepared.steps);
  }
  if (!agreed) return exitCode.done;
  const ended = await show(verb.carryOut(cloud, prepared, { detach: flags.detach ?? false }), call);
  return ended === 'live' ? proof(context, cloud, prepared.plan, call) : ended === 'detached';
}

/** At the end of a promote: that both sides are the same. What no replica has run has nothing to be compared with. */
async function proof(context: Context, cloud: Cloud, { unrehearsed }: Plan, call: Call<PromoteFlags>) {
  if (unrehearsed) {
    const text = 'Not rehearsed: no replica has this bundle, so nothing was compared.';
    await show(one({ type: 'notice', level: 'warning', text, hint: 'bootdev up, then bootdev parity' }), call);
    return true;
  }
  const { finalComparison } = await import('./parity/parity.ts');
  return show(finalComparison(context, { aws: { reader: cloud.aws, place: cloud } }), call);
}

/** Shows the plan. True: go. False: there is nothing to do. Throws UserError for a no, or where nobody can be asked. */
async function agree({ plan }: Prepared, call: Call<PromoteFlags>): Promise<boolean> {
  const { yes = false, confirm, plan: only = false, json } = call.flags;
  const { isEmpty } = await import('./cloud/promote.ts');
  const empty = isEmpty(plan);
  const asking = !only && !empty && !yes && !json && isInteractive();
  const drawn = asking && chooseMode({ stdin: process.stdin, stdout: process.stdout, env: process.env }) === 'ink';
  if (!drawn) await show(one({ type: 'plan', plan, ...(only ? { details: true } : {}) }), call);
  if (empty) await show(one({ type: 'done', text: 'Nothing to change: AWS has it all.' }), call);
  if (only || empty) return false;
  if (!asking) return allowed(plan, yes, confirm);
  if (drawn) {
    const { askPlan } = await import('./screen/ask-plan.tsx');
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
  const { mend } = await import('./cloud/leftovers.ts');
  await show(mend(cloud, found), call);
}

export async function parity(call: Call<CloudFlags & { replica?: boolean }>) {
  const dir = await folder(call);
  await requireSettings(dir);
  const { set, replica = false } = call.flags;
  const { loadSettings } = await import('./settings/load.ts');
  const verb = await import('./parity/parity.ts');
  const { settings } = await loadSettings({ dir, set });
  if (replica || !settings.aws.region) {
    const { openProject } = await import('./project/context.ts');
    return show(verb.parity(await openProject({ dir, set, signal: call.signal }), {}), call);
  }
  const { cloud, context } = await openCloud(call);
  return show(verb.parity(context, { aws: { reader: cloud.aws, place: cloud } }), call);
}

export async function watch(call: Call<CloudFlags>) {
  const { cloud } = await openCloud(call);
  const verb = await import('./cloud/watch.ts');
  return show(verb.watch(cloud), call);
}

async function cancel(call: Call<PromoteFlags>) {
  const { yes = false, json } = call.flags;
  const { cloud } = await openCloud(call);
  const verb = await import('./cloud/watch.ts');
  const { seen, question } = await verb.cancellable(cloud);
  if (!yes && (json || !isInteractive())) throw notInteractive('bootdev promote --cancel --yes');
  if (!yes && !(await ask(question, call.signal))) throw new UserError('It goes on.', { code: exitCode.usage });
  return show(verb.cancel(cloud, seen), call);
}

export async function destroy(
  call: Call<CloudFlags & { yes?: boolean; confirm?: string; part?: string; dryRun?: boolean }>,
) {
  const { yes = false, confirm, part, dryRun = false, json } = call.flags;
  const { cloud } = await openCloud(call);
  const verb = await import('./cloud/destroy.ts');
  const doomed = await verb.doomed(cloud, part);
  await show(
    one({ type: 'doom', project: cloud.project, stacks: doomed.planned, lost: doomed.lost, stays: doomed.stays }),
    call,
  );
  if (dryRun) return exitCode.done;
  if (!yes || confirm !== cloud.project) {
    const command = `bootdev destroy${part ? ` --part ${part}` : ''} --yes --confirm ${cloud.project}`;
    if (yes || json || !isInteractive())
      throw new UserError(`What is deleted cannot be brought back: it takes the name ${cloud.project}.`, {
        hint: command,
        code: exitCode.usage,
      });
    const typed = await askText(`Type ${cloud.project} to delete these ${doomed.seen.length} stacks: `, call.signal);
    if (typed !== cloud.project) throw new UserError('Nothing was changed.', { code: exitCode.usage });
  }
  return show(verb.destroy(cloud, doomed), call);
}

async function* one(event: Event): AsyncGenerator<Event, void> {
  yield event;
}

interface Opened {
  cloud: Cloud;
  /** The replica on this computer: what is promoted was rehearsed there. */
  context: Context;
  /** The package's cfn/. */
  files: ReadonlyMap<string, Buffer>;
}

async function openCloud(call: Call<CloudFlags>): Promise<Opened> {
  const dir = await folder(call);
  await requireSettings(dir);
  const { env: environment = 'production', set, adopt } = call.flags;
  const [{ loadSettings }, { openProject }, { packageRoot }, { readFolder }, { aws }] = await Promise.all([
    import('./settings/load.ts'),
    import('./project/context.ts'),
    import('./project/paths.ts'),
    import('./io/folder.ts'),
    import('./io/aws.ts'),
  ]);
  const { settings } = await loadSettings({ dir, set });
  if (!/^[a-z][a-z0-9]{0,11}$/.test(environment)) {
    throw new UserError(`"${environment}" cannot name an environment.`, {
      hint: 'use up to 12 lower-case letters and digits: --env staging',
      code: exitCode.usage,
    });
  }
  if (!settings.aws.region) {
    throw new UserError('aws.region is not set: where shall the site be?', {
      hint: 'in bootdev.yaml, or for this time: --set aws.region=eu-west-1',
      code: exitCode.usage,
    });
  }
  const context = await openProject({ dir, set, signal: call.signal });
  const files = await readFolder(join(packageRoot, 'cfn'));
  const { cloudProject } = await import('./project/identity.ts');
  const { projectName } = await import('./cloud/stacks.ts');
  const { region, profile } = settings.aws;
  const { holder } = await import('./io/names.ts');
  return {
    context,
    files,
    cloud: {
      settings,
      environment,
      project: projectName(settings, environment),
      projectId: await cloudProject(dir, environment, adopt),
      templates: new Map([...files].map(([path, bytes]) => [path, bytes.toString('utf8')])),
      aws: aws({ region, signal: call.signal, ...(profile ? { profile } : {}) }),
      signal: call.signal,
      holder: holder(),
    },
  };
}

/** Bundle, release and packages, as this computer makes them. */
async function* bring(context: Context, { settings }: Cloud): AsyncGenerator<Event, Cargo> {
  const { cargo } = await import('./cloud/cargo.ts');
  const { collectPackages } = await import('./cloud/packages.ts');
  const { imageTags } = await import('./replica/images.ts');
  const { images } = context.state;
  if (!images) {
    throw new UserError(
      'There are no images of this project yet, and the packages of instances are taken out of them.',
      {
        hint: 'bootdev up',
      },
    );
  }
  const architecture = await context.docker.architecture().catch(() => (process.arch === 'arm64' ? 'arm64' : 'amd64'));
  const packages = collectPackages({ ...context, settings }, imageTags(settings, context.sources.docker, images));
  return yield* cargo({ settings, context, architecture, packages });
}

interface PolicyStatement {
  Action?: string[];
  Resource?: string[];
  Condition?: Record<string, Record<string, string[]>>;
}

/** What the shipped policies for promote allow: preflight asks for exactly that. Statements of one scope are one question. */
function statementsIn(files: ReadonlyMap<string, Buffer>, project: string): Statement[] {
  const all = new Map<string, Statement>();
  for (const [path, bytes] of files) {
    if (!/^iam\/promote[a-z-]*\.json$/.test(path)) continue;
    const policy = JSON.parse(bytes.toString('utf8').replaceAll('PROJECT-', `${project}-`)) as {
      Statement: PolicyStatement[];
    };
    for (const { Action = [], Resource = ['*'], Condition = {} } of policy.Statement) {
      const context = Object.assign({}, ...Object.values(Condition)) as Record<string, string[]>;
      const scope = JSON.stringify([Resource, context]);
      const before = all.get(scope)?.actions ?? [];
      all.set(scope, { actions: [...before, ...Action], resources: Resource, context });
    }
  }
  return [...all.values()];
}
