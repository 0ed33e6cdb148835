/** promote's first half: what is to be mended, and the plan. A person is asked; then carry-out.ts. */
import { UserError } from '../errors.ts';
import type { Event, Plan } from '../events.ts';
import type { Assets, Cloud, Rehearsal, Statement } from './cloud.ts';
import { estimateCost } from './plan/cost.ts';
import { discard } from './plan/discard.ts';
import { type Planning, planStacks, type Step } from './plan/plan.ts';
import { refuse } from './preflight/finding.ts';
import { type Leftover, leftovers } from './preflight/leftovers.ts';
import { nameFinding } from './preflight/names.ts';
import { identityOf, preflight } from './preflight/preflight.ts';
import {
  cloudformationOf,
  describeStacks,
  hasResources,
  isAtWork,
  isForeign,
  type StackSnapshot,
} from './stacks/describe.ts';
import { follow } from './stacks/stack-events.ts';
import { stacks } from './stacks/stacks.ts';

export interface PlanOptions {
  /** Brings the code, the bundle and the packages together; the replica's images may have to be read. */
  assets: AsyncGenerator<Event, Assets>;
  rehearsal: (assets: Assets) => Promise<Rehearsal>;
  /** Typed: promote what no replica has shown to work. */
  unrehearsed: boolean;
  newImage: boolean;
  statements: readonly Statement[];
}

export interface Prepared {
  plan: Plan;
  steps: readonly Step[];
  planning: Planning;
}

/** What has to be mended, after asking, before there can be a plan. Waits for a stack that is at work. */
export async function* inspect(cloud: Cloud): AsyncGenerator<Event, Leftover[]> {
  yield { type: 'begin', verb: 'promote', project: `${cloud.settings.site.name} → ${cloud.environment}` };
  const tooLong = nameFinding(cloud);
  if (tooLong) refuse([tooLong]);
  await identityOf(cloud); // without credentials, that is what there is to say
  const seen = await describeStacks(cloud);
  yield* settle(cloud, seen);
  const mine = (await (seen.some(({ info }) => info && isAtWork(info)) ? describeStacks(cloud) : seen)).filter(
    ({ info }) => !info || !isForeign(cloud, info),
  );
  return leftovers(mine);
}

async function* settle(cloud: Cloud, all: readonly StackSnapshot[]): AsyncGenerator<Event, void> {
  for (const { info, stack } of all) {
    if (!info || !isAtWork(info)) continue;
    const text = `${stack.title} is being changed (${info.status}): waiting for it`;
    yield { type: 'step', id: stack.part, text, state: 'start' };
    const cfn = await cloudformationOf(cloud, stack);
    const { seconds } = yield* follow(cloud, { cfn, id: info.id, stack });
    yield { type: 'step', id: stack.part, text: `${stack.title} has come to rest`, state: 'done', seconds };
  }
}

/** The whole plan; nothing is changed but change sets that wait. On any error those go again. */
export async function* plan(cloud: Cloud, asked: PlanOptions): AsyncGenerator<Event, Prepared> {
  const assets = yield* asked.assets;
  const rehearsal = await asked.rehearsal(assets);
  if (!rehearsal.done && !asked.unrehearsed) {
    throw new UserError(`This bundle (${assets.root.slice(0, 8)}) is not rehearsed: ${rehearsal.text}.`, {
      hint: 'bootdev up   (or, at your own risk, logged and shown: bootdev promote --unrehearsed)',
    });
  }
  const started = performance.now();
  const seen = await describeStacks(cloud);
  const { findings, facts } = yield* timed(
    ...(['preflight', 'preflight', preflight(cloud, assets, seen, asked)] as const),
  );
  for (const finding of findings) yield { type: 'finding', finding };
  refuse(findings);
  const unused = await unusedStacks(cloud);
  for (const name of unused) {
    const text = `${name} is not asked for any more; it stays, and costs.`;
    yield {
      type: 'notice',
      level: 'warning',
      text,
      hint: `bootdev destroy --part ${name.slice(cloud.project.length + 1)}`,
    };
  }
  const run = Date.now().toString(36);
  const planning: Planning = { assets, facts, run };
  let steps: Step[];
  try {
    steps = yield* timed('plan', 'change sets of all stacks', planStacks(cloud, seen, planning));
  } catch (error) {
    await discard(cloud, seen.map(madeUp(run))).catch(() => undefined);
    throw error;
  }
  const seconds = (performance.now() - started) / 1000;
  const made: Plan = {
    project: cloud.project,
    site: cloud.settings.site.name,
    environment: cloud.environment,
    account: facts.account,
    region: cloud.aws.region,
    identity: facts.arn,
    root: assets.root,
    release: assets.release,
    ...(assets.code ? { code: assets.code } : {}),
    rehearsed: rehearsal.text,
    ...(asked.unrehearsed && !rehearsal.done ? { unrehearsed: true as const } : {}),
    findings,
    stacks: steps.map(({ planned }) => planned),
    dataLoss: steps.flatMap(({ planned }) =>
      planned.changes.flatMap(({ data, kind, resource }) =>
        data ? [`${planned.name}: ${kind} ${resource} ${data}`] : [],
      ),
    ),
    cost: estimateCost(
      cloud.aws.region,
      seen.flatMap(({ stack: { part }, info }) =>
        info && hasResources(info) ? [{ part, parameters: info.parameters }] : [],
      ),
      steps.map(({ seen: { stack }, parameters }) => ({ part: stack.part, parameters })),
    ),
    seconds,
  };
  return { plan: made, steps, planning };
}

/** A change set of this run that may or may not be there. */
const madeUp =
  (run: string) =>
  (seen: StackSnapshot): Step => ({
    ...{ seen, parameters: {}, changeSet: `bootdev-${run}` },
    planned: { name: seen.stack.title, stack: seen.name, state: 'same', changes: [] },
  });

export const isEmpty = ({ stacks: all }: Plan) => all.every(({ state }) => state === 'same');

/** Stacks of this site that its settings do not ask for (search was switched off). */
async function unusedStacks(cloud: Cloud): Promise<string[]> {
  const others = stacks.filter((stack) => !stack.used(cloud.settings));
  const seen = await describeStacks(cloud, others);
  return seen.filter(({ info }) => info && !isForeign(cloud, info)).map(({ name }) => name);
}

async function* timed<T>(id: string, text: string, work: Promise<T>): AsyncGenerator<Event, T> {
  const at = performance.now();
  yield { type: 'step', id, text, state: 'start' };
  const result = await work;
  yield { type: 'step', id, text, state: 'done', seconds: (performance.now() - at) / 1000 };
  return result;
}
