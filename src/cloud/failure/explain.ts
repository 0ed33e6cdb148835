/** A failed operation in words: the first cause, what is left, what to type. Pure. */
import { formatDuration } from '../../duration.ts';
import type { Failure } from '../../events.ts';
import type { StackEvent } from '../../io/aws/aws.ts';
import { awaitedRecord } from '../stacks/stack-events.ts';
import type { Stack } from '../stacks/stacks.ts';
import { kindOf } from '../stacks/words.ts';
import { type Policies, remedy } from './remedies.ts';

export interface Failed {
  stack: Stack;
  /** Final state of the stack. */
  status: string;
  /** Of the operation, oldest first. */
  events: readonly StackEvent[];
  seconds: number;
  /** The instance's own boot log. */
  log?: BootLog | undefined;
  /** Bundle of the web machines before the operation. */
  before?: string | undefined;
  /** Titles of the stacks that come after it. */
  rest: readonly string[];
  policies: Policies;
  /** What is typed again; promote. */
  verb?: 'promote' | 'destroy';
}

export interface BootLog {
  kind: string;
  instance: string;
  lines: readonly string[];
}

/** Failures that are only a consequence of another one. */
const consequence =
  /^(?:Resource (?:creation|update) cancelled|The following resource\(s\) failed to|Resource (?:creation|update) aborted)/i;

export function firstCause(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter(({ status, isStack }) => !isStack && /FAILED$/.test(status));
  return (
    failed.find(({ reason }) => !consequence.test(reason)) ??
    failed[0] ??
    events.find(({ reason, isStack }) => isStack && reason && !/User Initiated/.test(reason))
  );
}

export function explain(failed: Failed): Failure {
  const { stack, seconds, log, events } = failed;
  const cause = firstCause(events);
  return {
    name: stack.title,
    what: outcome(failed.status, `after ${formatDuration(seconds)}`),
    cause: causeInWords(cause, log),
    now: nowInWords(failed),
    next: nextInWords(failed, cause),
    ...(log ? { log: { source: log.instance, lines: log.lines.slice(-12) } } : {}),
  };
}

function outcome(status: string, time: string): string {
  if (/ROLLBACK_FAILED$/.test(status)) return `failed ${time}, and could not be rolled back`;
  if (/ROLLBACK_COMPLETE$/.test(status)) return `rolled back ${time}`;
  return `${status === 'DELETE_FAILED' ? 'could not be deleted' : 'failed'} ${time}`;
}

function causeInWords(cause: StackEvent | undefined, log: BootLog | undefined): string[] {
  if (!cause) return ['AWS gave no reason'];
  const { resource, type, reason } = cause;
  if (log && isSignal(reason)) {
    return [`${log.kind} instance ${log.instance} did not become healthy; its boot log says`, errorLine(log.lines)];
  }
  const where = `${kindOf(type)} ${resource}`;
  if (isSignal(reason)) return [`${where}: no instance became healthy, and none left a boot log`, plain(reason)];
  return [`${where}: ${plain(reason) || 'AWS gave no reason'}`];
}

const isSignal = (reason: string) =>
  /SUCCESS signal|FAILURE signal|Failed to receive \d+ resource signal/i.test(reason);

/** The line that says what failed: the last one that looks like an error, else the last. */
function errorLine(lines: readonly string[]): string {
  const written = lines.filter((line) => line.trim());
  const isError = (line: string) => /\b(?:emerg|error|fatal|cannot|failed|denied|No space)\b/i.test(line);
  return written.findLast(isError) ?? written.at(-1) ?? '';
}

/** Without the SDK's request ids and handler names. */
function plain(reason: string): string {
  return reason
    .replace(/^Resource handler returned message: "?(.*?)"? \(RequestToken: .*$/s, '$1')
    .replace(/\s*\((?:Service|HandlerErrorCode|RequestToken|SDK Attempt Count)[^)]*\)/g, '')
    .trim();
}

function nowInWords({ status, before, rest }: Failed): string {
  const untouched = rest.length > 0 ? `; not started: ${rest.join(', ')}` : '';
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return `${before ? `the previous bundle ${before.slice(0, 8)} is serving` : 'it is as it was before'}; nothing was lost${untouched}`;
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') return `it is stuck between its old and its new state${untouched}`;
  if (status === 'ROLLBACK_COMPLETE')
    return `what it had created was deleted; the stacks before it are kept, and cost money${untouched}`;
  if (status === 'ROLLBACK_FAILED' || status === 'CREATE_FAILED')
    return `part of what it had created still exists, and costs money${untouched}`;
  return status === 'DELETE_FAILED'
    ? `part of it still exists, and costs money${untouched}`
    : `its state is ${status}${untouched}`;
}

function nextInWords(failed: Failed, cause: StackEvent | undefined): string[] {
  const { log, stack, events, policies, verb = 'promote' } = failed;
  const reason = cause?.reason ?? '';
  const again = whatToType(failed);
  if (log && isSignal(reason)) return [`fix it in the settings or in docker/, then  bootdev up  and  ${again}`];
  const record = events.map((event) => awaitedRecord(event.reason)).findLast(Boolean);
  const known = cause && remedy(cause, { verb, policies, record });
  if (known) return [...known.split('\n'), again];
  if (isSignal(reason))
    return ['the instances did not get far enough to write a log: check network, NAT and image, then', again];
  if (verb === 'destroy') return ['fix the cause, then', again];
  return [`fix the cause (the template is cfn/${stack.file}), then`, again];
}

function whatToType({ status, verb }: Failed): string {
  if (verb === 'destroy') return 'bootdev destroy   (it continues from here)';
  if (status === 'UPDATE_ROLLBACK_FAILED') return 'bootdev promote   (it offers to continue the rollback)';
  return status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED'
    ? 'bootdev promote   (it offers to delete what is left, and continues from here)'
    : 'bootdev promote   (it continues from here)';
}
