/** Executes a plan, stack after stack. Whatever stops it, the next `promote` continues from there. */
import { UserError } from '../../errors.ts';
import type { Event, PlannedStack } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import { explain } from '../failure/explain.ts';
import { ownParameters, type Planning, planStack, type Step } from '../plan/plan.ts';
import { uploadAssets } from '../plan/upload.ts';
import { cloudformationOf } from '../stacks/describe.ts';
import { type Lock, takeLock } from '../stacks/lock.ts';
import { keptParameters, renameOutputs, resolveParameters } from '../stacks/resolve-parameters.ts';
import { newestEvent, type Outcome, waitForStack } from '../stacks/stack-events.ts';
import { stopped } from '../stacks/stopped.ts';
import { followBoots, readBootLog } from './boot-log.ts';
import { awaitHealth } from './health.ts';
import { pushAssets } from './release-assets.ts';

export interface ApplyOptions {
  steps: readonly Step[];
  planning: Planning;
  /** End as soon as AWS can finish without us. */
  detach: boolean;
  /** Resources whose data may be lost: what the person was shown and confirmed. */
  confirmed: ReadonlySet<string>;
}

export interface ApplyResult {
  /** Of all stacks, under the names that later stacks use. */
  outputs: Record<string, string>;
  bucket?: Bucket;
  ok: boolean;
  /** AWS finishes without us. */
  detached: boolean;
}

export async function* apply(cloud: Cloud, options: ApplyOptions): AsyncGenerator<Event, ApplyResult> {
  const { steps, planning } = options;
  const outputs: Record<string, string> = {};
  let bucket: Bucket | undefined;
  let lock: Lock | undefined;
  try {
    for (const [index, planned] of steps.entries()) {
      const { stack } = planned.snapshot;
      if (cloud.signal.aborted) throw stopped(stack.title);
      lock?.check();
      const step = yield* refreshStep(cloud, planned, outputs, options);
      if (step.changeSet) {
        const last = steps.slice(index + 1).every(({ planned: { state } }) => state === 'same');
        if (stack.afterHealth) yield* awaitHealth(cloud, outputs);
        yield { type: 'stack', name: stack.title, state: 'working' };
        const operation = await execute(cloud, step);
        if (options.detach && last && bucket) return { outputs, bucket, ok: true, detached: true };
        const meanwhile = followBoots(bucket, stack.title);
        const outcome = yield* waitForStack(cloud, { ...operation, stack, meanwhile });
        if (!/^(?:CREATE|UPDATE)_COMPLETE$/.test(outcome.status)) {
          yield* reportFailure(cloud, step, outcome, steps.slice(index + 1), bucket);
          return { outputs, ...(bucket ? { bucket } : {}), ok: false, detached: false };
        }
        const cfn = await cloudformationOf(cloud, stack);
        if (stack.stateful) await cfn.protect(step.snapshot.name, true);
        yield { type: 'stack', name: stack.title, state: 'done', seconds: outcome.seconds };
      } else yield { type: 'stack', name: stack.title, state: 'same' };
      const cfn = await cloudformationOf(cloud, stack);
      const info = step.changeSet ? await cfn.stack(step.snapshot.name) : step.snapshot.info;
      Object.assign(outputs, renameOutputs(stack, info?.outputs ?? {}));
      if (stack.part === 'bootstrap') {
        bucket = await cloud.aws.bucket(requireOutput(outputs, 'ArtifactBucket'));
        lock = await takeLock(bucket, cloud.holder);
        yield* uploadAssets(bucket, planning.assets.files, cloud.signal);
      }
      if (stack.part === 'files' && bucket && outputs.MediaBucket)
        yield* pushAssets(cloud, bucket, planning.assets, outputs.MediaBucket);
    }
    return { outputs, ...(bucket ? { bucket } : {}), ok: true, detached: false };
  } finally {
    await lock?.release().catch(() => undefined); // it expires by itself
  }
}

/** The step as planned; or planned again, where an earlier stack has changed what it builds on. */
async function* refreshStep(
  cloud: Cloud,
  step: Step,
  outputs: Readonly<Record<string, string>>,
  { planning, confirmed }: ApplyOptions,
): AsyncGenerator<Event, Step> {
  const { snapshot } = step;
  const resolved = resolveParameters(snapshot.stack, snapshot.template, {
    ...{ own: ownParameters(cloud, snapshot, planning), outputs, pending: new Set<string>() },
    kept: keptParameters(snapshot.info?.parameters, planning.outputNames),
  });
  const asPlanned = Object.entries(resolved.parameters).every(([name, value]) => step.parameters[name] === value);
  if (asPlanned && step.planned.state !== 'later') return step;
  yield { type: 'stack', name: snapshot.stack.title, state: 'planning' };
  const cfn = await cloudformationOf(cloud, snapshot.stack);
  if (step.changeSet) await cfn.deleteChangeSet(snapshot.name, step.changeSet);
  const again = await planStack(cloud, snapshot, resolved, `${planning.run}-2`);
  const surprise = again.planned.changes.find(
    ({ data, resource }) => data && !confirmed.has(resourceKey(again.planned, resource)),
  );
  if (surprise) {
    if (again.changeSet) await cfn.deleteChangeSet(snapshot.name, again.changeSet);
    throw new UserError(
      `${snapshot.stack.title} would now change data that the plan did not show: ${surprise.kind} ${surprise.resource} ${surprise.data}.`,
      { hint: 'bootdev promote   (it shows this change and asks again)' },
    );
  }
  return again;
}

/** What a resource is called among those whose loss was confirmed. */
export const resourceKey = ({ stack }: PlannedStack, resource: string) => `${stack} ${resource}`;

export async function execute(cloud: Cloud, { snapshot, changeSet = '' }: Pick<Step, 'snapshot' | 'changeSet'>) {
  const cfn = await cloudformationOf(cloud, snapshot.stack);
  const id = (await cfn.stack(snapshot.name))?.id ?? snapshot.name;
  const after = await newestEvent(cfn.events(id));
  try {
    await cfn.executeChangeSet(snapshot.name, changeSet);
  } catch (error) {
    if (!/ChangeSetNotFound|InvalidChangeSetStatus/.test((error as Error).name)) throw error;
    throw new UserError(`Somebody else has changed ${snapshot.stack.title} since the plan was made.`, {
      hint: 'bootdev promote   (it makes a new plan)',
      cause: error,
    });
  }
  return { cfn, id, ...(after ? { after } : {}) };
}

/** The stack's failure in words, with the instance's own boot log. */
export async function* reportFailure(
  { templates }: Cloud,
  step: Pick<Step, 'snapshot'>,
  outcome: Outcome,
  rest: readonly Step[],
  bucket: Bucket | undefined,
): AsyncGenerator<Event, void> {
  const { stack, info } = step.snapshot;
  yield { type: 'stack', name: stack.title, state: 'failed', seconds: outcome.seconds };
  const log = await readBootLog(bucket, outcome.events, outcome.started).catch(() => undefined);
  yield {
    type: 'failure',
    failure: explain({
      ...{ stack, status: outcome.status, events: outcome.events, seconds: outcome.seconds, log },
      ...{ before: info?.parameters.WebBundle, policies: templates },
      rest: rest.filter(({ planned }) => planned.state !== 'same').map(({ snapshot }) => snapshot.stack.title),
    }),
  };
}

function requireOutput(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (!value) throw new Error(`cfn/10-bootstrap.yaml: there is no output ${name}`);
  return value;
}
