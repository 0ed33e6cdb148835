import type { ExecResult } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findRunning } from '../find.ts';

const HOUR = 3_600_000;

/** A command of the site on the admin machine. Throws UserError where that does not run. */
export async function onAdmin(context: Context, ...command: string[]): Promise<ExecResult> {
  const { io, signal } = context;
  const { container } = await findRunning(context, 'admin');
  return io.docker.exec(container.id, ['site', ...command], { timeout: HOUR, signal });
}
