/** CloudWatch Logs: groups with streams, what PutLogEvents refuses, and pages of two events for who reads. */
import { ApiError } from './api-error.ts';

interface LogEvent {
  timestamp: number;
  message: string;
}
interface Kept extends LogEvent {
  eventId: string;
  logStreamName: string;
}

const invalid = (message: string) => new ApiError('InvalidParameterException', message);
const missing = (what: string) =>
  new ApiError('ResourceNotFoundException', `The specified log ${what} does not exist.`);

export class FakeLogs {
  /** Group → streams. */
  readonly groups = new Map<string, Set<string>>();
  readonly events: (Kept & { group: string })[] = [];
  /** How often something was put. */
  batches = 0;

  call(action: string, body: string): object {
    const asked = JSON.parse(body);
    const streams = this.groups.get(asked.logGroupName);
    if (!streams) throw missing('group');
    switch (action) {
      case 'CreateLogStream':
        if (streams.has(asked.logStreamName))
          throw new ApiError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        streams.add(asked.logStreamName);
        return {};
      case 'PutLogEvents':
        if (!streams.has(asked.logStreamName)) throw missing('stream');
        return this.put(asked.logGroupName, asked.logStreamName, asked.logEvents);
      case 'FilterLogEvents':
        return this.filter(asked);
      default:
        throw new ApiError('UnknownOperationException', action);
    }
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
  put(group: string, stream: string, batch: readonly LogEvent[]): object {
    if (batch.length < 1 || batch.length > 10_000) throw invalid(`${batch.length} log events`);
    const sizes = batch.map(({ message }) => Buffer.byteLength(message) + 26);
    if (sizes.some((size) => size === 26)) throw invalid('Log event message: length must be at least 1');
    if (sizes.some((size) => size > 262_144)) throw invalid('Log event too large: exceeds the maximum of 262144 bytes');
    if (sizes.reduce((sum, size) => sum + size) > 1_048_576)
      throw invalid('Upload too large: exceeds the maximum of 1048576 bytes');
    const times = batch.map(({ timestamp }) => timestamp);
    if (times.some((time, at) => time < (times[at - 1] ?? 0)))
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    if ((times.at(-1) ?? 0) - (times[0] ?? 0) > 86_400_000)
      throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
    this.batches += 1;
    const tooOld = batch.findLastIndex(({ timestamp }) => timestamp < Date.now() - 14 * 86_400_000);
    for (const { timestamp, message } of batch.slice(tooOld + 1)) {
      const eventId = String(this.events.length + 1).padStart(56, '0');
      this.events.push({ group, eventId, logStreamName: stream, timestamp, message });
    }
    return tooOld < 0 ? {} : { rejectedLogEventsInfo: { tooOldLogEventEndIndex: tooOld + 1 } };
  }

  /** In order of time over all streams; a page may be empty although more follow. */
  private filter(asked: Record<string, string | number | undefined>): object {
    const { logGroupName, logStreamNamePrefix = '', startTime = 0, filterPattern = '', nextToken } = asked;
    const words = [...String(filterPattern).matchAll(/"([^"]*)"/g)].map(([, word = '']) => word);
    const all = this.events
      .filter(
        ({ group, logStreamName }) => group === logGroupName && logStreamName.startsWith(String(logStreamNamePrefix)),
      )
      .filter(
        ({ timestamp, message }) => timestamp >= Number(startTime) && words.every((word) => message.includes(word)),
      )
      .sort((one, other) => one.timestamp - other.timestamp);
    const from = Number(nextToken ?? -1);
    if (from < 0 && all.length > 0) return { events: [], nextToken: '0' };
    const events = all.slice(from, from + 2).map(({ group: _, ...event }) => event);
    return { events, ...(from + 2 < all.length ? { nextToken: String(from + 2) } : {}) };
  }
}
