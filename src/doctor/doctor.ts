/** Looks at all that a replica needs of this machine, and mends what it may. */
import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { type Host, thisHost } from '../host/host.ts';
import { base } from './base.ts';
import { certificates } from './certificates.ts';
import type { Check, Finding, Remedy } from './check.ts';
import { compose } from './compose.ts';
import { daemon } from './daemon.ts';
import { disk } from './disk.ts';
import { engine } from './engine.ts';
import { memory } from './memory.ts';

/** In the order of need: a later one is looked at after the earlier ones were mended. */
const checks: readonly Check[] = [engine, daemon, compose, base, disk, memory, certificates];

interface DoctorOptions {
  /** Run the remedies that are automatic on this machine. */
  fix?: boolean;
  /** Without asking. */
  yes?: boolean;
  /** Absent: there is no terminal to ask on. */
  ask?: (question: string) => Promise<boolean>;
  signal?: AbortSignal;
  host?: Host;
}

/** True when nothing stands in a replica's way. */
export async function* doctor(options: DoctorOptions = {}): AsyncGenerator<Event, boolean> {
  const host = options.host ?? (await thisHost());
  yield { type: 'begin', verb: 'doctor', project: '' };
  const failed: string[] = [];
  for (const check of checks) {
    yield { type: 'step', id: check.id, text: check.title, state: 'start' };
    let finding = await check.look(host, options.signal);
    if (options.fix && finding.remedy?.automatic) {
      yield* mend(check, finding.text, finding.remedy, host, options);
      finding = await check.look(host, options.signal);
    }
    yield* tell(check, finding);
    if (finding.state === 'fail') failed.push(check.title);
  }
  const text = failed.length === 0 ? 'This machine has all that a replica needs.' : `Not ready: ${failed.join(', ')}.`;
  yield { type: 'done', text };
  return failed.length === 0;
}

function* tell({ id, title }: Check, { state, text, remedy }: Finding): Generator<Event> {
  const sentence = `${title}: ${text}`;
  if (state === 'warn') {
    yield { type: 'step', id, text: title, state: 'done' };
    yield { type: 'notice', level: 'warning', text: `${sentence}.`, ...hint(remedy) };
    return;
  }
  yield { type: 'step', id, text: sentence, state: state === 'ok' ? 'done' : 'failed' };
  if (remedy) yield { type: 'notice', level: 'info', text: `${title}: to mend it, type:`, ...hint(remedy) };
}

const hint = (remedy?: Remedy) =>
  remedy && { hint: [...remedy.commands, ...(remedy.automatic ? ['or: bootdev doctor --fix'] : [])].join('\n') };

async function* mend(
  { id, title }: Check,
  finding: string,
  { commands }: Remedy,
  host: Host,
  { yes, ask, signal }: DoctorOptions,
): AsyncGenerator<Event, void> {
  const script = commands.join('\n');
  yield { type: 'notice', level: 'info', text: `${title}: ${finding}. To mend it:`, hint: script };
  if (!yes && !ask) {
    throw new UserError('--yes is required to change this machine when not running interactively.', {
      code: exitCode.usage,
      hint: 'bootdev doctor --fix --yes',
    });
  }
  if (!yes && !(await ask?.('Run these commands now?'))) {
    throw new UserError(`${title} stays as it is: ${finding}.`, { code: exitCode.usage });
  }
  const lines = host.follow('sh', ['-euc', script], { signal });
  const last: string[] = [];
  let next = await lines.next();
  for (; !next.done; next = await lines.next()) {
    last.push(next.value);
    yield { type: 'log', source: id, line: next.value };
  }
  if (next.value.exitCode === 0) return;
  throw new UserError(`${title} could not be mended: the commands ended with exit code ${next.value.exitCode}.`, {
    hint: last.slice(-5).join('\n    '),
  });
}
