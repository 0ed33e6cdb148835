/** Lines of the machines' logs on AWS, which each machine sends to CloudWatch every half minute (docker/ec2/boot). */
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Event, LogOptions } from '../events.ts';
import type { LogRecord } from '../io/aws/services.ts';
import type { Cloud } from './cloud.ts';
import { describeStacks } from './stacks/describe.ts';
import { usedStacks } from './stacks/stacks.ts';

/** Machines that have programs of ours. The others are services of AWS. */
const machines = ['web', 'admin', 'solr', 'gluster-1', 'gluster-2', 'arbiter'];

const quarter = 15 * 60;
/** Milliseconds. A machine sends its lines each half minute, and CloudWatch needs some seconds: what is older than this has come. */
const late = 120_000;
/** Milliseconds between two looks. */
const pause = 2000;

/** Log events, oldest first; with `follow` until the signal. Throws UserError. */
export async function* logs(cloud: Cloud, options: LogOptions = {}): AsyncGenerator<Event, void> {
  const { machine = '', follow = false, since = quarter, program, grep } = options;
  const streams = await streamsOf(cloud, machine);
  const group = await groupOf(cloud);
  const client = await cloud.aws.services();
  const begin = Date.now() - since * 1000;
  const phrase = program && /^[\w-]+$/.test(program) ? `${program} |` : ''; // what CloudWatch leaves out, it need not send
  const records = (since: number) => readRecords(client.logRecords(group, { since, streams, phrase }), group);
  const matches = ({ text }: LogRecord) =>
    (!program || text.startsWith(`${program} | `)) && (!grep || text.includes(grep));

  const narrowed = program !== undefined || grep !== undefined || options.since !== undefined;
  const { tail = narrowed ? undefined : 100 } = options;
  const kept: LogRecord[] = [];
  let known = new Set<string>();
  let none = true;
  for await (const record of records(begin)) {
    if (!matches(record)) continue;
    none = false;
    if (record.time > Date.now() - 2 * late) known.add(record.id);
    if (tail === undefined) yield toEvent(record);
    else kept.push(record);
  }
  for (const record of lastOf(kept, tail ?? 0)) yield toEvent(record);
  if (none && !follow) yield nothing(since, options);
  while (follow && !cloud.signal.aborted) {
    await setTimeout(pause, undefined, { signal: cloud.signal }).catch(() => undefined);
    const seen = new Set<string>();
    for await (const record of records(Math.max(begin, Date.now() - late))) {
      seen.add(record.id);
      if (!known.has(record.id) && matches(record)) yield toEvent(record);
    }
    known = seen;
  }
}

/** How the names of a machine's streams begin. */
async function streamsOf(cloud: Cloud, word: string): Promise<string> {
  if (word === '' || word.includes('/')) return word;
  if (word === 'gluster') return 'gluster-';
  if (machines.includes(word)) return `${word}/`;
  if (/^i-[0-9a-f]+$/.test(word)) {
    const running = await (await cloud.aws.services()).machines(cloud.project);
    const found = running.find(({ id }) => id === word);
    if (found) return `${found.name}/${word}`;
    throw new UserError(`${word} does not run in ${cloud.project}, so its name is not known.`, {
      hint: `name it as its lines do: bootdev logs --on aws web/${word}`,
    });
  }
  throw new UserError(`${word} is no machine that sends its log.`, {
    hint: `bootdev logs --on aws ${machines.join('|')}   (the database, memcached, mail and the load balancer are AWS's: docs/watch.md)`,
  });
}

async function groupOf(cloud: Cloud): Promise<string> {
  const bootstrap = usedStacks(cloud.settings).filter(({ part }) => part === 'bootstrap');
  const [made] = await describeStacks(cloud, bootstrap);
  const group = made?.info?.outputs.MachineLogGroup;
  if (group) return group;
  throw new UserError(
    made?.info ? `The stacks of ${cloud.project} are older than the log.` : `${cloud.project} is not on AWS yet.`,
    { hint: 'bootdev promote' },
  );
}

async function* readRecords(records: AsyncGenerator<LogRecord, void>, group: string): AsyncGenerator<LogRecord, void> {
  try {
    yield* records;
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw new UserError(`The log group ${group} is gone: somebody has deleted it.`, {
      hint: `aws logs create-log-group --log-group-name ${group}   (the machines write into it again within half a minute)`,
    });
  }
}

/** The last ones of each stream, in their order. */
function lastOf(records: readonly LogRecord[], count: number): LogRecord[] {
  const left = new Map<string, number>();
  const kept = [...records].reverse().filter(({ stream }) => {
    const had = left.get(stream) ?? 0;
    left.set(stream, had + 1);
    return had < count;
  });
  return kept.reverse();
}

const toEvent = ({ stream, time, text }: LogRecord): Event => ({
  ...{ type: 'log', source: stream, line: text },
  time: new Date(time).toISOString(),
});

function nothing(since: number, { machine, program, grep }: LogOptions): Event {
  const rest = [machine, program && `-p ${program}`, grep && `-g '${grep}'`].filter(Boolean).join(' ');
  return {
    ...{ type: 'notice', level: 'info', text: `No such line in the last ${Math.ceil(since / 60)} minutes.` },
    hint: `bootdev logs --on aws ${rest ? `${rest} ` : ''}--since ${since < 86_400 ? '1d' : '30d'}   (a machine sends its lines each half minute, once it is healthy; before, promote shows them)`,
  };
}
