import { stripVTControlCharacters } from 'node:util';
import type { Event } from '../events.ts';
import { machineOf } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { findMachine } from './find.ts';

interface LogOptions {
  /** A machine's or a kind's name; none: all machines. */
  machine?: string | undefined;
  follow?: boolean;
  /** How many of the last lines of each machine; else 100, or all of them where something is searched for. */
  tail?: number | undefined;
  /** Only lines of this program: nginx, php-fpm, mysqld … */
  program?: string | undefined;
  /** Only lines that hold this text; a request id finds one visit through lb, nginx and PHP. */
  grep?: string | undefined;
}

/** Lines of the machines' logs as log events, oldest first; with `follow` until the signal. */
export async function* logs(
  context: Context,
  { machine, follow = false, tail, program, grep }: LogOptions = {},
): AsyncGenerator<Event, void> {
  const { container } = machine ? await findMachine(context, machine) : { container: undefined };
  const lines = String(tail ?? (program || grep ? 'all' : 100));
  const args = ['logs', '--no-color', '--tail', lines, ...(follow ? ['--follow'] : [])];
  const which = container ? [container.service] : [];
  // A numbered machine alone: --index; a kind: all of it.
  const index = container && machine !== container.service ? ['--index', String(container.number)] : [];
  for await (const printed of context.compose.follow([...args, ...index, ...which])) {
    // compose clears the terminal's line before each of its own, also where there is no terminal
    const { source, line } = parse(stripVTControlCharacters(printed), machine);
    if (program && !line.startsWith(`${program} | `)) continue;
    if (grep && !line.includes(grep)) continue;
    yield { type: 'log', source, line };
  }
}

/** Compose writes `web-1  | line`, a machine `program | line`. */
function parse(text: string, machine = ''): { source: string; line: string } {
  const [, name = '', line = ''] = /^(\S+) +\| (.*)$/.exec(text) ?? ['', machine, text];
  return { source: [name, name.replace(/-1$/, '')].find(machineOf) ?? name, line };
}
