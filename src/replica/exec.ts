import { randomUUID } from 'node:crypto';
import type { Container } from '../io/docker.ts';
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
  // Both say by themselves when there is no such program; else the engine's runtime would, in its own words.
  return execAttached(context, container, [hasSite && !root ? 'site' : 'env', ...commandLine(command)], { tty });
}

/** A command with this terminal, which ends with this process. `words`: the first is a program that runs the others. Returns its exit code. */
export async function execAttached(
  { io, signal }: Context,
  { id }: Container,
  [runner = 'env', ...words]: readonly string[],
  { tty = false } = {},
): Promise<number> {
  const mark = `BOOTDEV_COMMAND=${randomUUID()}`;
  const args = ['exec', tty ? '-it' : '-i', '--env', mark, id, runner, ...words];
  const { code, left } = await io.attached('docker', args, { tty, signal });
  // The engine goes on with it whoever listens. Who may end it is who began it.
  if (left) await io.docker.exec(id, [runner, 'bash', '-c', endMarked, 'end', mark]).catch(() => undefined);
  return code;
}

/** All that has this mark in its environment is asked to end, as by Ctrl-C (mysql then ends its query too), then ended. It may be about to begin, which half a second is for. */
const endMarked = `
for signal in INT TERM KILL; do
  sleep 0.5
  all=$(grep -lsxzF -- "$1" /proc/[0-9]*/environ | cut -d/ -f3)
  [ -n "$all" ] || exit 0
  kill -$signal $all
done`;

/** One word that cannot be a program's name is a line for a shell, as in `bootdev exec web-1 'ls -la /srv'`. */
function commandLine(command: string[]): string[] {
  const words = command[0] === '--' ? command.slice(1) : command;
  const [first = 'bash', ...others] = words;
  return others.length === 0 && /[\s|&;<>()$`"'*?]/.test(first) ? ['bash', '-c', first] : [first, ...others];
}
