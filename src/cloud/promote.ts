/** promote's first half: what has to be fixed, and the plan. Then a person is asked, and deploy/ applies it. */
import { UserError } from '../errors.ts';
import type { Event, Plan } from '../events.ts';
import { step } from '../steps.ts';
import type { Assets, Cloud, Rehearsal, Statement } from './cloud.ts';
import { estimateCost } from './plan/cost.ts';
import { discard } from './plan/discard.ts';
import { outputNamesOf, type Planning, planStacks, type Step } from './plan/plan.ts';
import { refuse } from './preflight/finding.ts';
import { findLeftovers, type Leftover } from './preflight/leftovers.ts';
import { checkName } from './preflight/names.ts';
import { identityOf, preflight } from './preflight/preflight.ts';
import {
  cloudformationOf,
  describeStacks,
  hasResources,
  isForeign,
  isInProgress,
  type StackSnapshot,
} from './stacks/describe.ts';
import { requireUnlocked } from './stacks/lock.ts';
import { waitForStack } from './stacks/stack-events.ts';
import { stacks } from './stacks/stacks.ts';

export interface PlanOptions {
  /** Collects code, bundle and packages; the replica's images may have to be read. */
  assets: AsyncGenerator<Event, Assets>;
  rehearsal: (assets: Assets) => Promise<Rehearsal>;
  /** By flag: promote what no replica has shown to work. */
  unrehearsed: boolean;
  newImage: boolean;
  statements: readonly Statement[];
}

export interface Prepared {
  plan: Plan;
  steps: readonly Step[];
  planning: Planning;
}

/** What has to be fixed, after asking, before there can be a plan. Waits for a stack that is being changed. */
export async function* inspect(cloud: Cloud): AsyncGenerator<Event, Leftover[]> {
  yield { type: 'begin', verb: 'promote', project: `${cloud.settings.site.name} → ${cloud.environment}` };
  const tooLong = checkName(cloud);
  if (tooLong) refuse([tooLong]);
  await identityOf(cloud); // missing credentials come before anything else
  let snapshots = await describeStacks(cloud);
  await requireAlone(cloud, snapshots);
  if (snapshots.some(({ info }) => info && isInProgress(info))) {
    yield* waitUntilIdle(cloud, snapshots);
    snapshots = await describeStacks(cloud);
    await requireAlone(cloud, snapshots);
  }
  const mine = snapshots.filter(({ info }) => !info || !isForeign(cloud, info));
  return findLeftovers(cloud, mine);
}

/** What another promote has planned and not made yet looks like what a failed one left. */
async function requireAlone({ aws }: Cloud, snapshots: readonly StackSnapshot[]): Promise<void> {
  const bucket = snapshots.find(({ stack }) => stack.part === 'bootstrap')?.info?.outputs.ArtifactBucket;
  if (bucket) await requireUnlocked(await aws.bucket(bucket));
}

async function* waitUntilIdle(cloud: Cloud, all: readonly StackSnapshot[]): AsyncGenerator<Event, void> {
  for (const { info, stack } of all) {
    if (!info || !isInProgress(info)) continue;
    const cfn = await cloudformationOf(cloud, stack);
    const text = `${stack.title} is being changed (${info.status}): waiting until that has finished`;
    yield* step({ id: stack.part, text, done: () => `${stack.title} is no longer being changed` }, () =>
      waitForStack(cloud, { cfn, id: info.id, stack }),
    );
  }
}

/** The whole plan; nothing is changed, but change sets wait to be executed. On any error they are deleted again. */
export async function* plan(cloud: Cloud, options: PlanOptions): AsyncGenerator<Event, Prepared> {
  const assets = yield* options.assets;
  const rehearsal = await options.rehearsal(assets);
  if (!rehearsal.done && !options.unrehearsed) {
    throw new UserError(`This bundle (${assets.root.slice(0, 8)}) is not rehearsed: ${rehearsal.text}.`, {
      hint: `${rehearsal.hint ?? 'bootdev up'}   (or, at your own risk, recorded and shown: bootdev promote --unrehearsed)`,
    });
  }
  const started = performance.now();
  const snapshots = await describeStacks(cloud);
  const { findings, accountFacts } = yield* step({ id: 'preflight', text: 'preflight' }, () =>
    preflight(cloud, assets, snapshots, options),
  );
  for (const finding of findings) yield { type: 'finding', finding };
  refuse(findings);
  yield* reportUnused(cloud);
  const run = Date.now().toString(36);
  const planning: Planning = {
    assets,
    accountFacts,
    outputNames: outputNamesOf(cloud),
    run,
    newImage: options.newImage,
  };
  // CloudFormation cannot take over a record that is there.
  const possible = snapshots.filter(
    ({ stack, info }) => stack.part !== 'address' || info || !accountFacts.foreignAddress,
  );
  let steps: Step[];
  try {
    steps = yield* step({ id: 'plan', text: 'change sets of all stacks' }, () => planStacks(cloud, possible, planning));
  } catch (error) {
    await discard(cloud, snapshots.map(unexecutedStep(run))).catch(() => undefined);
    throw error;
  }
  const seconds = (performance.now() - started) / 1000;
  const made: Plan = {
    project: cloud.project,
    site: cloud.settings.site.name,
    environment: cloud.environment,
    account: accountFacts.account,
    region: cloud.aws.region,
    identity: accountFacts.arn,
    root: assets.root,
    release: assets.release,
    ...(assets.code ? { code: assets.code } : {}),
    rehearsed: rehearsal.text,
    ...(options.unrehearsed && !rehearsal.done ? { unrehearsed: true as const } : {}),
    findings,
    stacks: steps.map(({ planned }) => planned),
    dataLoss: steps.flatMap(({ planned }) =>
      planned.changes.flatMap(({ data, kind, resource }) =>
        data ? [`${planned.name}: ${kind} ${resource} ${data}`] : [],
      ),
    ),
    cost: estimateCost(
      cloud.aws.region,
      snapshots.flatMap(({ stack: { part }, info }) =>
        info && hasResources(info) ? [{ part, parameters: info.parameters }] : [],
      ),
      steps.map(({ snapshot: { stack }, parameters }) => ({ part: stack.part, parameters })),
    ),
    seconds,
  };
  return { plan: made, steps, planning };
}

/** A change set of this run that may or may not exist. */
const unexecutedStep =
  (run: string) =>
  (snapshot: StackSnapshot): Step => ({
    ...{ snapshot, parameters: {}, changeSet: `bootdev-${run}` },
    planned: { name: snapshot.stack.title, stack: snapshot.name, state: 'same', changes: [] },
  });

export const isEmpty = ({ stacks: all }: Plan) => all.every(({ state }) => state === 'same');

/** Stacks of this site that its settings do not use any more (search was switched off). */
async function* reportUnused(cloud: Cloud): AsyncGenerator<Event, void> {
  const others = stacks.filter((stack) => !stack.used(cloud.settings));
  for (const { name, stack, info } of await describeStacks(cloud, others)) {
    if (!info || isForeign(cloud, info)) continue;
    const text = `The settings do not use ${name} any more. It is kept, and it still costs money.`;
    yield { type: 'notice', level: 'warning', text, hint: `bootdev destroy --part ${stack.part}` };
  }
}
