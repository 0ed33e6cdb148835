/** What is being changed in AWS, whoever started it, until it has finished. Changes nothing itself. */
import { UserError } from '../errors.ts';
import type { Event, StackState } from '../events.ts';
import type { Cloud } from './cloud.ts';
import { reportFailure } from './deploy/apply.ts';
import { followBoots } from './deploy/boot-log.ts';
import { databasesOf, deleteStack } from './stacks/delete-stack.ts';
import { cloudformationOf, describeStacks, isInProgress, type StackSnapshot } from './stacks/describe.ts';
import { type Outcome, waitForStack } from './stacks/stack-events.ts';

export async function* watch(cloud: Cloud): AsyncGenerator<Event, boolean> {
  const started = performance.now();
  const snapshots = await describeStacks(cloud);
  yield {
    type: 'begin',
    verb: 'watch',
    project: `${cloud.settings.site.name} → ${cloud.environment}`,
    stacks: snapshots.map(({ stack }) => stack.title),
  };
  for (const one of snapshots) yield { type: 'stack', name: one.stack.title, ...currentState(one) };
  let ok = true;
  let operations = 0;
  // A promote elsewhere goes from stack to stack, so describe them again after each.
  let working = snapshots;
  for (; ; working = await describeStacks(cloud)) {
    const one = working.find(({ info }) => info && isInProgress(info));
    if (!one?.info) break;
    operations += 1;
    const cfn = await cloudformationOf(cloud, one.stack);
    const named = working.find(({ stack }) => stack.part === 'bootstrap')?.info?.outputs.ArtifactBucket;
    const bucket = named ? await cloud.aws.bucket(named) : undefined;
    const meanwhile = followBoots(bucket, one.stack.title);
    const outcome = yield* waitForStack(cloud, { cfn, id: one.info.id, stack: one.stack, meanwhile });
    if (/^(?:CREATE|UPDATE)_COMPLETE$/.test(outcome.status)) {
      yield { type: 'stack', name: one.stack.title, state: 'done', seconds: outcome.seconds };
    } else if (outcome.status === 'DELETE_COMPLETE') yield { type: 'stack', name: one.stack.title, state: 'gone' };
    else {
      ok = false;
      yield* reportFailure(cloud, { snapshot: one }, outcome, [], bucket);
    }
  }
  const edge = working.find(({ stack }) => stack.part === 'edge')?.info;
  if (edge?.parameters.ClosedBy)
    yield {
      ...{ type: 'notice', level: 'warning', text: 'The site is closed: visitors get a page and 503.' },
      hint: 'bootdev open-site   (when its data is there)',
    };
  if (ok) {
    const missing = snapshots.filter(({ info }) => !info).length;
    const rest = missing > 0 ? ` ${missing} of ${snapshots.length} stacks do not exist yet: bootdev promote` : '';
    const text = `${operations > 0 ? 'AWS has finished.' : 'Nothing is being changed.'}${rest}`;
    yield { type: 'done', text, seconds: (performance.now() - started) / 1000 };
  }
  return ok;
}

function currentState({ info }: StackSnapshot): { state: StackState; text?: string } {
  if (!info) return { state: 'waiting', text: 'does not exist' };
  if (isInProgress(info)) return { state: 'working' };
  if (/^(?:CREATE|UPDATE)_COMPLETE$/.test(info.status)) return { state: 'same' };
  return { state: 'failed', text: info.status };
}

export interface Cancellable {
  snapshot: StackSnapshot;
  question: string;
  /** What else is deleted: to be confirmed by the project's name. */
  loss?: string;
}

/** The operation that is in progress and can be cancelled: an update is rolled back, a creation is deleted. */
export async function findCancellable(cloud: Cloud): Promise<Cancellable> {
  const snapshot = (await describeStacks(cloud)).find(({ info }) => info && isInProgress(info));
  if (!snapshot?.info) throw new UserError('Nothing is being changed in AWS.', { hint: 'bootdev promote --watch' });
  const { status } = snapshot.info;
  if (status === 'UPDATE_IN_PROGRESS')
    return {
      snapshot,
      question: `Cancel the update of ${snapshot.stack.title}? It is rolled back to what was there before.`,
    };
  if (status === 'CREATE_IN_PROGRESS') {
    const question = `Cancel the creation of ${snapshot.stack.title}, and delete what it has created so far`;
    const databases = await databasesOf(cloud, snapshot);
    if (databases.length === 0) return { snapshot, question: `${question}?` };
    const loss = `Cancelling the creation of ${snapshot.stack.title} deletes its database ${databases.join(', ')}`;
    return { snapshot, question: `${loss}. Type ${cloud.project}:`, loss };
  }
  throw new UserError(`${snapshot.stack.title} cannot be cancelled: it is ${status}.`, {
    hint: 'bootdev promote --watch',
  });
}

export async function* cancel(cloud: Cloud, snapshot: StackSnapshot): AsyncGenerator<Event, boolean> {
  const { stack, name, info } = snapshot;
  yield { type: 'begin', verb: 'cancel', project: name, stacks: [stack.title] };
  const cfn = await cloudformationOf(cloud, stack);
  let outcome: Outcome;
  if (info?.status === 'UPDATE_IN_PROGRESS') {
    await cfn.cancelUpdate(name);
    outcome = yield* waitForStack(cloud, { cfn, id: info.id, stack });
  } else outcome = yield* deleteStack(cloud, snapshot);
  const { status, seconds } = outcome;
  const done = ['UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'].includes(status);
  yield {
    type: 'stack',
    name: stack.title,
    state: done ? 'done' : 'failed',
    text: done ? 'rolled back' : status,
    seconds,
  };
  if (done) yield { type: 'done', text: `${stack.title} is as it was before.`, seconds };
  return done;
}
