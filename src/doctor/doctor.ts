/** Checks all that a replica needs of this machine, and fixes what it may. */
import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { type Host, thisHost } from '../host/host.ts';
import { logged, step } from '../steps.ts';
import { base } from './base.ts';
import { certificates } from './certificates.ts';
import type { Check, Finding, Remedy } from './check.ts';
import { compose } from './compose.ts';
import { daemon } from './daemon.ts';
import { disk } from './disk.ts';
import { engine } from './engine.ts';
import { ipvs } from './ipvs.ts';
import { memory } from './memory.ts';

/** In the order of need: a later one is checked after the earlier ones were fixed. */
const checks: readonly Check[] = [engine, daemon, compose, base, disk, memory, certificates, ipvs];

interface DoctorOptions {
  /** Called before each remedy that is automatic on this machine; throws UserError for a no. Absent: nothing is fixed. */
  confirmFix?: (question: string, declined: string) => Promise<void>;
  signal?: AbortSignal;
  host?: Host;
}

interface Fixing extends Required<Pick<DoctorOptions, 'confirmFix'>> {
  host: Host;
  signal: AbortSignal | undefined;
}

/** True when nothing stands in a replica's way. */
export async function* doctor(options: DoctorOptions = {}): AsyncGenerator<Event, boolean> {
  const host = options.host ?? (await thisHost());
  yield { type: 'begin', verb: 'doctor', project: '' };
  const failed: string[] = [];
  for (const check of checks) {
    const finding = yield* examine(check, host, options);
    yield* remedyNotice(check, finding);
    if (finding.state === 'fail') failed.push(check.title);
  }
  const text = failed.length === 0 ? 'This machine has all that a replica needs.' : `Not ready: ${failed.join(', ')}.`;
  yield { type: 'done', text };
  return failed.length === 0;
}

/** What a check finds, after a remedy where one may run. */
function examine(check: Check, host: Host, { confirmFix, signal }: DoctorOptions) {
  const { id, title: text } = check;
  const done = (finding: Finding) => (finding.state === 'warn' ? text : sentence(check, finding));
  return step({ id, text, done, failed: ({ state }: Finding) => state === 'fail' }, async function* () {
    const finding = await check.look(host, signal);
    if (!confirmFix || !finding.remedy?.automatic) return finding;
    yield* fix(check, finding.text, finding.remedy, { host, confirmFix, signal });
    return check.look(host, signal);
  });
}

function* remedyNotice(check: Check, finding: Finding): Generator<Event> {
  const { state, remedy } = finding;
  if (state === 'warn')
    yield { type: 'notice', level: 'warning', text: `${sentence(check, finding)}.`, ...hint(remedy) };
  else if (remedy) yield { type: 'notice', level: 'info', text: `${check.title}: to fix it, type:`, ...hint(remedy) };
}

const sentence = ({ title }: Check, { text }: Finding) => `${title}: ${text}`;

const hint = (remedy?: Remedy) =>
  remedy && { hint: [...remedy.commands, ...(remedy.automatic ? ['or: bootdev doctor --fix'] : [])].join('\n') };

async function* fix(
  { id, title }: Check,
  finding: string,
  { commands }: Remedy,
  { host, confirmFix, signal }: Fixing,
): AsyncGenerator<Event, void> {
  const script = commands.join('\n');
  yield { type: 'notice', level: 'info', text: `${title}: ${finding}. To fix it:`, hint: script };
  await confirmFix('Run these commands now?', `${title} stays as it is: ${finding}.`);
  const last: string[] = [];
  const { exitCode } = yield* logged(id, host.follow('sh', ['-euc', script], { signal }), last);
  if (exitCode === 0) return;
  throw new UserError(`${title} could not be fixed: the commands ended with exit code ${exitCode}.`, {
    hint: last.slice(-5).join('\n    '),
  });
}
