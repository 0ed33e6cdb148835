import { UserError } from '../errors.ts';
import type { Context } from '../project/context.ts';
import { findMachine } from './find.ts';

/** Runs a command on a machine with this terminal; a shell when none is given. Returns the command's exit code. */
export async function exec(
  context: Context,
  machine: string,
  command: string[],
  { tty = false } = {},
): Promise<number> {
  const { name, container } = await findMachine(context, machine);
  if (container.state !== 'running') throw new UserError(`${name} is not running.`, { hint: 'bootdev up' });
  const run = command.length > 0 ? command : ['bash'];
  return context.compose.attached([
    'exec',
    ...(tty ? [] : ['-T']),
    '--index',
    String(container.number),
    container.service,
    ...run,
  ]);
}
