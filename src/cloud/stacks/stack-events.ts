/** One operation on one stack, told by its events while CloudFormation works. */
import { setTimeout } from 'node:timers/promises';
import { NoAnswer, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Cloudformation, StackEvent } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import type { Stack } from './stacks.ts';
import { stopped } from './stopped.ts';
import { kindOf } from './words.ts';

interface StackOperation {
  cfn: Cloudformation;
  /** The stack's id: it outlives the stack's deletion. */
  id: string;
  stack: Stack;
  /** Id of the newest event before the operation; without it, the operation that began last is meant. */
  after?: string;
  /** What else is told while it goes on; asked after each look at its events so far. */
  meanwhile?: (events: readonly StackEvent[]) => AsyncGenerator<Event>;
}

export interface Outcome {
  /** Final state of the stack. */
  status: string;
  /** Of this operation, oldest first. */
  events: StackEvent[];
  started: Date;
  seconds: number;
}

/** Often at first, because small stacks are quick; then less often, because AWS throttles. */
const firstPause = 200;
const longestPause = 3_000;
/** How long AWS may be unreachable before we stop waiting. The operation continues without us. */
const patience = 15 * 60_000;

export async function* waitForStack(cloud: Cloud, operation: StackOperation): AsyncGenerator<Event, Outcome> {
  const { cfn, id, stack, after, meanwhile } = operation;
  const events: StackEvent[] = [];
  const began = new Map<string, Date>();
  let pause = firstPause;
  let lostSince: number | undefined;
  for (;;) {
    let fresh: StackEvent[];
    try {
      fresh = await eventsSince(cfn, id, events.at(-1)?.id ?? after);
      if (lostSince !== undefined) yield { type: 'notice', level: 'info', text: 'AWS answers again.' };
      lostSince = undefined;
    } catch (error) {
      if (cloud.signal.aborted) throw stopped(stack.title);
      if (!(error instanceof NoAnswer)) throw continuingInAws(error, stack.title);
      if (lostSince === undefined) {
        lostSince = Date.now();
        const text = `No connection: ${error.message} AWS continues with ${stack.title}; this screen waits.`;
        yield { type: 'notice', level: 'warning', text };
      } else if (Date.now() - lostSince > patience) throw error;
      fresh = [];
    }
    for (const event of fresh) {
      events.push(event);
      if (!began.has(event.resource)) began.set(event.resource, event.time);
      yield* describeEvent(event, stack.title, began.get(event.resource) ?? event.time);
    }
    const end = events.findLast((event) => event.isStack);
    if (end && !/_IN_PROGRESS$/.test(end.status)) {
      const started = events[0]?.time ?? end.time;
      return { status: end.status, events, started, seconds: (+end.time - +started) / 1000 };
    }
    if (meanwhile && lostSince === undefined) yield* meanwhile(events);
    pause = fresh.length > 0 ? Math.max(pause / 2, firstPause) : Math.min(pause * 1.4, longestPause);
    await setTimeout(pause, undefined, { signal: cloud.signal }).catch(() => undefined);
    if (cloud.signal.aborted) throw stopped(stack.title);
  }
}

/** A login that expires meanwhile ends our waiting, not the operation. */
function continuingInAws(error: unknown, title: string): unknown {
  if (!(error instanceof UserError)) return error;
  const again = `then the same command again: it waits for ${title}, and goes on`;
  const hint = [error.hint, again].filter(Boolean).join('   ');
  return new UserError(`${error.message} ${title} continues in AWS.`, { hint, cause: error, code: error.code });
}

/** Where the caller cannot explain a failure better. Throws UserError. */
export function requireSuccess({ title }: Stack, { status, events }: Outcome): void {
  if (!/FAILED|ROLLBACK/.test(status) || status === 'UPDATE_ROLLBACK_COMPLETE') return;
  const why = events.find((event) => /FAILED$/.test(event.status));
  throw new UserError(`${title} ended as ${status}: ${why?.reason ?? ''}`, {
    hint: 'bootdev promote offers to fix it again; look at the resource itself in the AWS console',
  });
}

export async function newestEvent(events: AsyncGenerator<{ id: string }>): Promise<string | undefined> {
  for await (const { id } of events) return id;
  return undefined;
}

/** Events newer than the named one, or of the latest operation; oldest first. */
async function eventsSince(cfn: Cloudformation, id: string, after: string | undefined): Promise<StackEvent[]> {
  const fresh: StackEvent[] = [];
  for await (const event of cfn.events(id)) {
    if (event.id === after) break;
    fresh.unshift(event);
    if (after === undefined && beginsOperation(event)) break;
  }
  return fresh;
}

const beginsOperation = ({ isStack, status }: StackEvent) =>
  isStack && /^(?:CREATE|UPDATE|DELETE|IMPORT|REVIEW)_IN_PROGRESS$/.test(status);

function* describeEvent(event: StackEvent, title: string, began: Date): Generator<Event, void> {
  const { status, reason, isStack } = event;
  if (isStack) {
    if (status === 'REVIEW_IN_PROGRESS') return;
    const undoing = /ROLLBACK/.test(status);
    if (undoing && /_IN_PROGRESS$/.test(status) && !/CLEANUP/.test(status))
      yield { type: 'stack', name: title, state: 'undoing', text: 'rolling back' };
    else if (/CLEANUP/.test(status))
      yield { type: 'stack', name: title, state: 'working', text: 'removing old resources' };
    return;
  }
  const record = awaitedRecord(reason);
  if (record) yield { type: 'notice', level: 'info', text: awaited, hint: record };
  yield {
    type: 'resource',
    stack: title,
    resource: event.resource,
    kind: kindOf(event.type),
    state: resourceState(status),
    ...(reason && !/^Resource creation Initiated$/i.test(reason) ? { text: inWords(reason) } : {}),
    seconds: Math.max((+event.time - +began) / 1000, 0),
  };
}

const inWords = (reason: string) =>
  reason.replace(/^Received SUCCESS signal with UniqueId (\S+)$/, 'instance $1 reports healthy');

function resourceState(status: string): 'working' | 'undoing' | 'done' | 'gone' | 'kept' | 'failed' {
  if (/FAILED$/.test(status)) return 'failed';
  if (status === 'DELETE_COMPLETE') return 'gone';
  if (status === 'DELETE_SKIPPED') return 'kept';
  if (/COMPLETE$/.test(status)) return 'done';
  return /^DELETE|ROLLBACK/.test(status) ? 'undoing' : 'working';
}

const awaited =
  'The certificate waits for this DNS record, for up to 72 hours. With aws.hostedZone set, AWS would add it by itself.';

/** The DNS record that a certificate is waiting for: 'NAME CNAME VALUE'. */
export function awaitedRecord(reason: string): string | undefined {
  const found = /Content of DNS Record is: \{Name: ([^,]+),\s*Type: (\w+),\s*Value: ([^}]+)\}/.exec(reason);
  return found?.slice(1).join(' ');
}
