import type { Bucket, StackEvent } from '../../io/aws/aws.ts';
import type { BootLog } from '../stacks/explain.ts';

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
