import { machineOf } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { findRunning } from './find.ts';

interface ExecOptions {
  tty?: boolean;
  /** As root, with root's environment, on a machine of the site too. */
  root?: boolean;
}

/**
 * Runs a command on a machine with this terminal; a shell when none is given. Where the site's code is, it runs as the site does: its
 * user, its folder, its environment. Returns the command's exit code.
 */
export async function exec(
  context: Context,
  machine: string,
  command: string[],
  { tty = false, root = false }: ExecOptions = {},
): Promise<number> {
  const { name, container } = await findRunning(context, machine);
  const hasSite = machineOf(name)?.roles.includes('php-cli');
  return context.compose.attached([
    'exec',
    ...(tty ? [] : ['-T']),
    '--index',
    String(container.number),
    container.service,
    // Both say by themselves when there is no such program; else the engine's runtime would, in its own words.
    hasSite && !root ? 'site' : 'env',
    ...commandLine(command),
  ]);
}

/** One word that cannot be a program's name is a line for a shell, as in `bootdev exec web-1 'ls -la /srv'`. */
function commandLine(command: string[]): string[] {
  const words = command[0] === '--' ? command.slice(1) : command;
  const [first = 'bash', ...others] = words;
  return others.length === 0 && /[\s|&;<>()$`"'*?]/.test(first) ? ['bash', '-c', first] : [first, ...others];
}
