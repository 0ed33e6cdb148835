import type { Event } from '../../events.ts';
import type { Bucket, StackEvent } from '../../io/aws/aws.ts';
import type { BootLog } from '../failure/explain.ts';
import { kindOf } from '../stacks/words.ts';

/** Machines upload what they have said each half minute. */
const pause = 10_000;

/** For waitForStack: while a group waits for an instance, what that one says, each line once. */
export function followBoots(bucket: Bucket | undefined, stack: string) {
  let next = 0;
  let told = '';
  return async function* (events: readonly StackEvent[]): AsyncGenerator<Event> {
    const [{ time: began } = { time: new Date() }] = events;
    const group = groupInProgress(events);
    if (!bucket || !group || Date.now() < next) return;
    next = Date.now() + pause;
    const log = await readBootLog(bucket, [], began).catch(() => undefined); // the wait goes on without it
    const line = log?.lines.at(-1)?.replace(/^boot: /, '');
    if (!log || !line || line === told) return;
    told = line;
    const text = `${log.instance} says: ${line}`;
    yield { type: 'resource', stack, resource: group.resource, kind: kindOf(group.type), state: 'working', text };
  };
}

function groupInProgress(events: readonly StackEvent[]): StackEvent | undefined {
  const newest = new Map(events.map((event) => [event.resource, event]));
  return [...newest.values()].find(
    ({ type, status }) =>
      type === 'AWS::AutoScaling::AutoScalingGroup' && /^(?:CREATE|UPDATE)_IN_PROGRESS$/.test(status),
  );
}

/** The boot log of the instance that made an operation fail: one that the events name, else the newest. */
export async function readBootLog(
  bucket: Bucket | undefined,
  events: readonly StackEvent[],
  since: Date,
): Promise<BootLog | undefined> {
  if (!bucket) return undefined;
  // Clocks of instances and of CloudFormation differ by seconds.
  const listed = (await bucket.list('boot-logs/')).filter(({ time }) => +time > +since - 60_000);
  const named = new Set(events.flatMap(({ reason }) => reason.match(/\bi-[0-9a-f]{8,17}\b/g) ?? []));
  const newest = listed.sort((a, b) => +b.time - +a.time);
  const chosen = newest.find(({ key }) => named.has(instanceIn(key))) ?? newest[0];
  if (!chosen) return undefined;
  const text = (await bucket.get(chosen.key))?.text ?? '';
  const [, kind = ''] = chosen.key.split('/'); // boot-logs/web/i-0ab.log
  return { kind, instance: instanceIn(chosen.key), lines: text.split('\n').filter((line) => line.trim()) };
}

/** boot-logs/web/i-0ab.log → i-0ab */
const instanceIn = (key: string) =>
  key
    .split('/')
    .at(-1)
    ?.replace(/\.log$/, '') ?? '';
