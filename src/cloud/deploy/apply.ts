/** Executes a plan, stack after stack. Whatever stops it: `promote` again goes on where it was. */
import { UserError } from '../../errors.ts';
import type { Event, PlannedStack } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import { upload } from '../plan/artifacts.ts';
import { own, type Planning, planStack, type Step } from '../plan/plan.ts';
import { newest } from '../preflight/leftovers.ts';
import { cloudformationOf } from '../stacks/describe.ts';
import { explain } from '../stacks/explain.ts';
import { type Lock, takeLock } from '../stacks/lock.ts';
import { renamed, resolveParameters } from '../stacks/resolve-parameters.ts';
import { follow, type Outcome } from '../stacks/stack-events.ts';
import { stopped } from '../stacks/stopped.ts';
import { bootLog } from './boot-log.ts';

export interface Applying {
  steps: readonly Step[];
  planning: Planning;
  /** End as soon as AWS can finish alone. */
  detach: boolean;
  /** Resources whose data may go: what the person was shown and agreed to. */
  agreed: ReadonlySet<string>;
}

export interface Applied {
  /** Of all stacks, by the names that later ones know them by. */
  outputs: Record<string, string>;
  bucket?: Bucket;
  ok: boolean;
  /** AWS goes on alone. */
  detached: boolean;
}

export async function* apply(cloud: Cloud, applying: Applying): AsyncGenerator<Event, Applied> {
  const { steps, planning } = applying;
  const outputs: Record<string, string> = {};
  let bucket: Bucket | undefined;
  let held: Lock | undefined;
  try {
    for (const [index, planned] of steps.entries()) {
      const { stack } = planned.seen;
      if (cloud.signal.aborted) throw stopped(stack.title);
      held?.check();
      const step = yield* refreshed(cloud, planned, outputs, applying);
      if (step.changeSet) {
        const last = steps.slice(index + 1).every(({ planned: { state } }) => state === 'same');
        yield { type: 'stack', name: stack.title, state: 'working' };
        const begun = await execute(cloud, step);
        if (applying.detach && last && bucket) return { outputs, bucket, ok: true, detached: true };
        const outcome = yield* follow(cloud, { ...begun, stack });
        if (!/^(?:CREATE|UPDATE)_COMPLETE$/.test(outcome.status)) {
          yield* failed(step, outcome, steps.slice(index + 1), bucket);
          return { outputs, ...(bucket ? { bucket } : {}), ok: false, detached: false };
        }
        const cfn = await cloudformationOf(cloud, stack);
        if (stack.stateful) await cfn.protect(step.seen.name, true);
        yield { type: 'stack', name: stack.title, state: 'done', seconds: outcome.seconds };
      } else yield { type: 'stack', name: stack.title, state: 'same' };
      const cfn = await cloudformationOf(cloud, stack);
      const info = step.changeSet ? await cfn.stack(step.seen.name) : step.seen.info;
      Object.assign(outputs, renamed(stack, info?.outputs ?? {}));
      if (stack.part === 'bootstrap') {
        bucket = await cloud.aws.bucket(need(outputs, 'ArtifactBucket'));
        held = await takeLock(bucket, cloud.holder);
        yield* upload(bucket, planning.assets.artifacts, cloud.signal);
      }
    }
    return { outputs, ...(bucket ? { bucket } : {}), ok: true, detached: false };
  } finally {
    await held?.release().catch(() => undefined); // it ends by itself
  }
}

/** The step as planned, or planned anew because an earlier stack has changed what it builds on. */
async function* refreshed(
  cloud: Cloud,
  step: Step,
  outputs: Readonly<Record<string, string>>,
  { planning, agreed }: Applying,
): AsyncGenerator<Event, Step> {
  const { seen } = step;
  const resolved = resolveParameters(seen.stack, seen.template, {
    ...{ own: own(cloud, seen, planning), outputs, pending: new Set<string>() },
  });
  const asPlanned = Object.entries(resolved.parameters).every(([name, value]) => step.parameters[name] === value);
  if (asPlanned && step.planned.state !== 'later') return step;
  yield { type: 'stack', name: seen.stack.title, state: 'planning' };
  const cfn = await cloudformationOf(cloud, seen.stack);
  if (step.changeSet) await cfn.deleteChangeSet(seen.name, step.changeSet);
  const again = await planStack(cloud, seen, resolved, `${planning.run}-2`);
  const surprise = again.planned.changes.find(
    ({ data, resource }) => data && !agreed.has(key(again.planned, resource)),
  );
  if (surprise) {
    if (again.changeSet) await cfn.deleteChangeSet(seen.name, again.changeSet);
    throw new UserError(
      `${seen.stack.title} would now touch data that the plan did not show: ${surprise.kind} ${surprise.resource} ${surprise.data}.`,
      { hint: 'bootdev promote shows it and asks' },
    );
  }
  return again;
}

/** How a resource whose data could go is agreed to. */
export const key = ({ stack }: PlannedStack, resource: string) => `${stack} ${resource}`;

async function execute(cloud: Cloud, { seen, changeSet = '' }: Step) {
  const cfn = await cloudformationOf(cloud, seen.stack);
  const id = (await cfn.stack(seen.name))?.id ?? seen.name;
  const after = await newest(cfn.events(id));
  try {
    await cfn.executeChangeSet(seen.name, changeSet);
  } catch (error) {
    if (!/ChangeSetNotFound|InvalidChangeSetStatus/.test((error as Error).name)) throw error;
    throw new UserError(`${seen.stack.title} was changed by somebody else since the plan.`, {
      hint: 'bootdev promote makes the plan anew',
      cause: error,
    });
  }
  return { cfn, id, ...(after ? { after } : {}) };
}

/** The stack's failure in words, with the node's own log. */
export async function* failed(
  step: Pick<Step, 'seen'>,
  outcome: Outcome,
  rest: readonly Step[],
  bucket: Bucket | undefined,
): AsyncGenerator<Event, void> {
  const { stack, info } = step.seen;
  yield { type: 'stack', name: stack.title, state: 'failed', seconds: outcome.seconds };
  const log = await bootLog(bucket, outcome.events, outcome.started).catch(() => undefined);
  yield {
    type: 'failure',
    failure: explain({
      ...{ stack, status: outcome.status, events: outcome.events, seconds: outcome.seconds, log },
      before: info?.parameters.WebBundle,
      rest: rest.filter(({ planned }) => planned.state !== 'same').map(({ seen }) => seen.stack.title),
    }),
  };
}

function need(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (!value) throw new Error(`cfn/10-bootstrap.yaml: there is no output ${name}`);
  return value;
}
