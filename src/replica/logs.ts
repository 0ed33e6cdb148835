import { stripVTControlCharacters } from 'node:util';
import type { Event, LogOptions } from '../events.ts';
import { machineOf } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { findMachine, refuseUnlessThere } from './find.ts';

/** Lines of the machines' logs as log events, oldest first; with `follow` until the signal. */
export async function* logs(
  context: Context,
  { machine, follow = false, since, tail, program, grep }: LogOptions = {},
): AsyncGenerator<Event, void> {
  const container = machine ? (await findMachine(context, machine)).container : undefined;
  if (!container) await refuseUnlessThere(context);
  const lines = String(tail ?? (program || grep || since ? 'all' : 100));
  const from = since ? ['--since', `${since}s`] : [];
  const args = ['logs', '--no-color', '--timestamps', '--tail', lines, ...from, ...(follow ? ['--follow'] : [])];
  const which = container ? [container.service] : [];
  // A numbered machine alone: --index; a kind: all of it.
  const index = container && machine !== container.service ? ['--index', String(container.number)] : [];
  const found: LogEvent[] = [];
  for await (const printed of context.compose.follow([...args, ...index, ...which])) {
    // compose clears the terminal's line before each of its own, also where there is no terminal
    const event = parse(stripVTControlCharacters(printed), machine);
    if (program && !event.line.startsWith(`${program} | `)) continue;
    if (grep && !event.line.includes(grep)) continue;
    if (follow) yield event;
    else found.push(event);
  }
  // compose has them machine by machine
  yield* found.sort((one, other) => (one.time ?? '').localeCompare(other.time ?? ''));
}

type LogEvent = Event & { type: 'log' };

/** Compose writes `web-1  | 2026-11-28T14:05:09.123456789Z line`, a machine `program | line`. */
function parse(text: string, machine = ''): LogEvent {
  const [, name = '', rest = ''] = /^(\S+) +\| (.*)$/.exec(text) ?? ['', machine, text];
  const [, time, line = rest] = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/.exec(rest) ?? [];
  const source = [name, name.replace(/-1$/, '')].find(machineOf) ?? name;
  return { type: 'log', source, line, ...(time ? { time } : {}) };
}
