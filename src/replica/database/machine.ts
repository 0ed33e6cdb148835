/** The database machine, and what its program for the data says (docker/roles/database). */
import { exitCode, UserError } from '../../errors.ts';
import type { ExecResult } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findRunning } from '../find.ts';
import { dataTool } from './site-database.ts';

/** The id of its container, which runs. Throws UserError. */
export async function databaseMachine(context: Context): Promise<string> {
  return (await findRunning(context, context.settings.database.engine)).container.id;
}

const HOUR = 3_600_000;

/** What data.sh answers. Throws UserError in its words. */
export async function askData(context: Context, ...args: string[]): Promise<string> {
  const { io, signal } = context;
  const said = await io.docker.exec(await databaseMachine(context), [dataTool, ...args], { timeout: HOUR, signal });
  if (said.code !== 0) throw dataError(said);
  return said.stdout.trim();
}

/** By data.sh's exit codes. */
export function dataError({ code, stderr, stdout }: ExecResult): UserError {
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-6).join('\n  ');
  if (code === 126 || code === 127)
    return new UserError('The database machine has the files of an older bootdev.', { hint: 'bootdev up' });
  if (code === 28) {
    return new UserError(`There is not enough space on the engine's disk: ${said}.`, {
      hint: 'bootdev db list shows snapshots, bootdev db delete NAME removes one; docker system df shows the rest',
    });
  }
  const sentence = /[.!?]$/.test(said) ? said : `${said}.`;
  const first = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
  if (code === 64) return new UserError(first, { hint: 'bootdev db list', code: exitCode.usage });
  if (code === 75) return new UserError(first, { hint: 'wait until it is done, then the same command again' });
  return new UserError(`The database machine said: ${said}`, { hint: `bootdev logs` });
}
