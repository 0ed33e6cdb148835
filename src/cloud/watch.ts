/** What is going on in AWS, whoever began it, until it is over. Changes nothing. */
import { UserError } from '../errors.ts';
import type { Event, StackState } from '../events.ts';
import type { Cloud } from './cloud.ts';
import { failed } from './deploy/apply.ts';
import { cloudformationOf, describeStacks, isAtWork, type StackSnapshot } from './stacks/describe.ts';
import { follow } from './stacks/stack-events.ts';

export async function* watch(cloud: Cloud): AsyncGenerator<Event, boolean> {
  const started = performance.now();
  const seen = await describeStacks(cloud);
  yield {
    type: 'begin',
    verb: 'watch',
    project: `${cloud.settings.site.name} → ${cloud.environment}`,
    stacks: seen.map(({ stack }) => stack.title),
  };
  for (const one of seen) yield { type: 'stack', name: one.stack.title, ...standing(one) };
  let ok = true;
  let followed = 0;
  // A promote elsewhere goes from stack to stack: look again after each.
  for (let working = seen; ; working = await describeStacks(cloud)) {
    const one = working.find(({ info }) => info && isAtWork(info));
    if (!one?.info) break;
    followed += 1;
    const cfn = await cloudformationOf(cloud, one.stack);
    const outcome = yield* follow(cloud, { cfn, id: one.info.id, stack: one.stack });
    if (/^(?:CREATE|UPDATE)_COMPLETE$/.test(outcome.status)) {
      yield { type: 'stack', name: one.stack.title, state: 'done', seconds: outcome.seconds };
    } else if (outcome.status === 'DELETE_COMPLETE') yield { type: 'stack', name: one.stack.title, state: 'gone' };
    else {
      ok = false;
      const bucket = working.find(({ stack }) => stack.part === 'bootstrap')?.info?.outputs.ArtifactBucket;
      yield* failed({ seen: one }, outcome, [], bucket ? await cloud.aws.bucket(bucket) : undefined);
    }
  }
  if (ok) {
    const missing = seen.filter(({ info }) => !info).length;
    const rest = missing > 0 ? `; ${missing} of ${seen.length} stacks are not made: bootdev promote` : '';
    const text = `${followed > 0 ? 'It is over' : 'Nothing is being changed'}${rest}.`;
    yield { type: 'done', text, seconds: (performance.now() - started) / 1000 };
  }
  return ok;
}

function standing({ info }: StackSnapshot): { state: StackState; text?: string } {
  if (!info) return { state: 'waiting', text: 'not made' };
  if (isAtWork(info)) return { state: 'working' };
  if (/^(?:CREATE|UPDATE)_COMPLETE$/.test(info.status)) return { state: 'same' };
  return { state: 'failed', text: info.status };
}

/** What is at work and can be taken back: an update is cancelled, a creation is deleted. */
export async function cancellable(cloud: Cloud): Promise<{ seen: StackSnapshot; question: string }> {
  const seen = (await describeStacks(cloud)).find(({ info }) => info && isAtWork(info));
  if (!seen?.info) throw new UserError('Nothing is being changed in AWS.', { hint: 'bootdev promote --watch' });
  const { status } = seen.info;
  if (status === 'UPDATE_IN_PROGRESS')
    return { seen, question: `Take back the update of ${seen.stack.title}? What was before serves again.` };
  if (status === 'CREATE_IN_PROGRESS')
    return { seen, question: `Stop making ${seen.stack.title}, and delete what it has made so far?` };
  throw new UserError(`${seen.stack.title} cannot be cancelled: it is ${status}.`, { hint: 'bootdev promote --watch' });
}

export async function* cancel(cloud: Cloud, { stack, name, info }: StackSnapshot): AsyncGenerator<Event, boolean> {
  yield { type: 'begin', verb: 'cancel', project: name, stacks: [stack.title] };
  const cfn = await cloudformationOf(cloud, stack);
  if (info?.status === 'UPDATE_IN_PROGRESS') await cfn.cancelUpdate(name);
  else {
    if (info?.protected) await cfn.protect(name, false);
    await cfn.deleteStack(name);
  }
  const { status, seconds } = yield* follow(cloud, { cfn, id: info?.id ?? name, stack });
  const done = ['UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'].includes(status);
  yield {
    type: 'stack',
    name: stack.title,
    state: done ? 'done' : 'failed',
    text: done ? 'taken back' : status,
    seconds,
  };
  if (done) yield { type: 'done', text: `${stack.title} is as it was before.`, seconds };
  return done;
}
