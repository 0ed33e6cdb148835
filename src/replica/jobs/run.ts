/** A job of the crontab that a person runs now: as cron does, with its lock, limit and record. */
import type { Context } from '../../project/context.ts';
import { findRunning } from '../find.ts';
import { findJob } from './jobs.ts';

/** Its output goes to `write` as it comes; returns its exit code. The job ends when this command does. Throws UserError. */
export async function runJob(
  context: Context,
  name: string | undefined,
  write: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<number> {
  const { io, signal } = context;
  const job = await findJob(context, name);
  const { container } = await findRunning(context, 'admin');
  const command = ['exec', '--interactive', '--env', 'JOB_ATTENDED=1', container.id, 'job', job.name];
  let code = 1;
  const said = async function* () {
    // On the machine it goes on as long as its input is open.
    code = (yield* io.stream('docker', command, { openUntil: signal })).exitCode;
  };
  await write(said());
  return code;
}
