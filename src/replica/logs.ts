import type { Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import { findMachine } from './find.ts';

interface LogOptions {
  /** A machine's or a kind's name; none: all machines. */
  machine?: string | undefined;
  follow?: boolean;
  /** How many of the last lines of each machine. */
  tail?: number;
}

/** Lines of the machines' logs as log events, oldest first; with `follow` until the signal. */
export async function* logs(
  context: Context,
  { machine, follow = false, tail = 100 }: LogOptions = {},
): AsyncGenerator<Event, void> {
  const { container } = machine ? await findMachine(context, machine) : { container: undefined };
  const args = ['logs', '--no-color', '--tail', String(tail), ...(follow ? ['--follow'] : [])];
  const which = container ? [container.service] : [];
  // A numbered machine alone: --index; a kind: all of it.
  const index = container && machine !== container.service ? ['--index', String(container.number)] : [];
  for await (const line of context.compose.follow([...args, ...index, ...which])) {
    const bar = line.indexOf('|');
    const source = bar < 0 ? (machine ?? '') : line.slice(0, bar).trim();
    yield { type: 'log', source, line: bar < 0 ? line : line.slice(bar + 2) };
  }
}
