/** A failed operation in words: the first cause, what is left, what to type. Pure. */
import { formatDuration } from '../../duration.ts';
import type { Failure } from '../../events.ts';
import type { StackEvent } from '../../io/aws/aws.ts';
import type { Stack } from './stacks.ts';
import { kindOf } from './words.ts';

export interface Failed {
  stack: Stack;
  /** Final state of the stack. */
  status: string;
  /** Of the operation, oldest first. */
  events: readonly StackEvent[];
  seconds: number;
  /** A node's own boot log. */
  log?: BootLog | undefined;
  /** What the web machines run that stay. */
  before?: string | undefined;
  /** Titles of stacks that were not reached. */
  rest: readonly string[];
}

export interface BootLog {
  kind: string;
  instance: string;
  lines: readonly string[];
}

/** Failures that are only the echo of another one. */
const echo =
  /^(?:Resource (?:creation|update) cancelled|The following resource\(s\) failed to|Resource (?:creation|update) aborted)/i;

export function firstCause(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter(({ status, isStack }) => !isStack && /FAILED$/.test(status));
  return (
    failed.find(({ reason }) => !echo.test(reason)) ??
    failed[0] ??
    events.find(({ reason, isStack }) => isStack && reason && !/User Initiated/.test(reason))
  );
}

export function explain(failed: Failed): Failure {
  const { stack, seconds, log, events } = failed;
  const cause = firstCause(events);
  return {
    name: stack.title,
    what: `${outcome(failed.status)} after ${formatDuration(seconds)}`,
    cause: causeInWords(cause, log),
    now: nowInWords(failed),
    next: nextInWords(failed, cause),
    ...(log ? { log: { source: log.instance, lines: log.lines.slice(-12) } } : {}),
  };
}

function outcome(status: string): string {
  if (/ROLLBACK_FAILED$/.test(status)) return 'failed, and could not be taken back,';
  if (/ROLLBACK_COMPLETE$/.test(status)) return 'rolled back';
  return status === 'DELETE_FAILED' ? 'could not be deleted' : 'failed';
}

function causeInWords(cause: StackEvent | undefined, log: BootLog | undefined): string[] {
  if (!cause) return ['AWS gives no reason'];
  const { resource, type, reason } = cause;
  if (log && isSignal(reason)) {
    return [`${log.kind} instance ${log.instance} did not report healthy; its boot log says`, tellingLine(log.lines)];
  }
  const where = `${kindOf(type)} ${resource}`;
  if (isSignal(reason)) return [`${where}: no instance reported healthy, and none left a boot log`, plain(reason)];
  return [`${where}: ${plain(reason) || 'no reason given'}`];
}

const isSignal = (reason: string) =>
  /SUCCESS signal|FAILURE signal|Failed to receive \d+ resource signal/i.test(reason);

/** The line that says what broke: the last one that sounds like an error, else the last. */
function tellingLine(lines: readonly string[]): string {
  const said = lines.filter((line) => line.trim());
  return (
    said.findLast((line) => /\b(?:emerg|error|fatal|cannot|failed|denied|No space)\b/i.test(line)) ?? said.at(-1) ?? ''
  );
}

/** Without the SDK's request ids and handler names. */
function plain(reason: string): string {
  return reason
    .replace(/^Resource handler returned message: "?(.*?)"? \(RequestToken: .*$/s, '$1')
    .replace(/\s*\((?:Service|HandlerErrorCode|RequestToken|SDK Attempt Count)[^)]*\)/g, '')
    .trim();
}

function nowInWords({ status, before, rest }: Failed): string {
  const untouched = rest.length > 0 ? `; not reached: ${rest.join(', ')}` : '';
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return `${before ? `the previous bundle ${before.slice(0, 8)} serves` : 'it is as it was before'}; nothing was lost${untouched}`;
  }
  if (/^UPDATE_ROLLBACK_FAILED$/.test(status)) return `it is stuck between its old and its new state${untouched}`;
  if (status === 'ROLLBACK_COMPLETE')
    return `what it had made was removed; the stacks before it stay, and cost${untouched}`;
  if (status === 'ROLLBACK_FAILED' || status === 'CREATE_FAILED')
    return `part of what it had made is still there, and costs${untouched}`;
  return status === 'DELETE_FAILED'
    ? `part of it is still there, and costs${untouched}`
    : `its state is ${status}${untouched}`;
}

function nextInWords({ status, log, stack }: Failed, cause: StackEvent | undefined): string[] {
  const reason = cause?.reason ?? '';
  const stuck = /UPDATE_ROLLBACK_FAILED/.test(status);
  const again = stuck
    ? 'bootdev promote   (it offers to go on with taking back)'
    : status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED'
      ? 'bootdev promote   (it offers to delete what is left, and goes on here)'
      : 'bootdev promote   (it goes on here)';
  if (log && isSignal(reason)) return [`mend it in the settings or in docker/, then  bootdev up  and  ${again}`];
  if (/not authorized|AccessDenied|is not permitted/i.test(reason))
    return ['give this identity the policy in cfn/iam/, then', again];
  if (/limit|quota|exceed|VcpuLimit|InsufficientInstanceCapacity/i.test(reason)) {
    return [
      /Capacity/.test(reason)
        ? 'AWS has no such instance to give here now: another type (aws.webInstance …), or later:'
        : 'ask AWS for more in the Service Quotas console, or use less, then',
      again,
    ];
  }
  if (/\bCAA/.test(reason)) return ['add  0 issue "amazon.com"  to the CAA record of the domain, then', again];
  if (/already exists/i.test(reason))
    return ['something of that name is there already: delete it, or choose another site.name, then', again];
  if (isSignal(reason)) return ['the instances never came so far as to log: network, NAT or image; then', again];
  return [`the template is cfn/${stack.file}; mend the cause, then`, again];
}
