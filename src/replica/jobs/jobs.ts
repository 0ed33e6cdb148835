/** What the admin machine says of its crontab's jobs (docker/roles/cron: lib/cron/list). */
import { z } from 'zod';
import { exitCode, UserError } from '../../errors.ts';
import type { Job, JobRun, Status } from '../../events.ts';
import type { Container } from '../../io/docker.ts';
import type { Context } from '../../project/context.ts';
import { findRunning, refuseOlder } from '../find.ts';

const program = '/etc/bootdev/current/lib/cron/list';

const number = z.number().nonnegative();
const seconds = z.int().min(0).max(1e11);
const machine = z.string().regex(/^[a-zA-Z0-9.?-]{1,60}$/);
const run = z.object({
  ...{ at: seconds, seconds: number, exit: z.int().min(0).max(255), machine },
  ended: z.enum(['exit', 'limit', 'overlap', 'lost', 'stopped']),
});
const holder = z.object({ at: seconds, machine }).nullish();
const job = z.object({
  name: z.string(),
  when: z.string(),
  ...{ every: seconds, limit: seconds, late: number, next: seconds.nullish() },
  last: run.extend({ failing: z.boolean() }).nullish(),
  ...{ running: holder, lost: holder },
});
const runWithOutput = run.extend({ output: z.string().max(40_000).default('') });

/** Throws UserError where cron is off, or admin does not run. */
export async function listJobs(context: Context): Promise<Job[]> {
  if (!context.settings.cron.enabled)
    throw new UserError('There are no jobs: cron.enabled is false.', {
      hint: 'bootdev up --set cron.enabled=true',
      code: exitCode.usage,
    });
  const { name, container } = await findRunning(context, 'admin');
  return askJobs(context, container, name);
}

async function askJobs({ io }: Pick<Context, 'io'>, { id }: Container, name: string): Promise<Job[]> {
  const answer = await io.docker.exec(id, ['site', 'timeout', '5', program]);
  refuseOlder(answer, name);
  return linesOf(answer.stdout, job).map(({ last, running, lost, next, ...others }) => ({
    ...others,
    ...(last ? { last } : {}),
    ...(running ? { running } : {}),
    ...(lost ? { lost } : {}),
    ...(typeof next === 'number' ? { next } : {}),
  }));
}

/** For `bootdev status`, where admin says that a job fails: which ones. Throws nothing: a status is not to fail for it. */
export async function jobsNote(context: Context, { machines }: Status): Promise<string | undefined> {
  const now = machines.find(({ name }) => name === 'admin')?.now ?? '';
  if (!/ (?:FAILED|LATE)\b/.test(now)) return undefined;
  const { container } = await findRunning(context, 'admin');
  const jobs = await askJobs(context, container, 'admin').catch(() => []);
  const failing = jobs.filter(isFailing).map(({ name }) => name);
  if (failing.length === 0) return undefined;
  const [one = ''] = failing;
  return failing.length === 1
    ? `The job ${one} fails: bootdev jobs output ${one}`
    : `${failing.length} jobs fail: ${failing.join(', ')}. bootdev jobs says how.`;
}

const isFailing = ({ last, lost, late }: Job) => last?.failing || lost !== undefined || late > 0;

/** The last runs of a job, the newest first. Throws UserError with the names there are. */
export async function listRuns(context: Context, name: string | undefined): Promise<{ job: Job; runs: JobRun[] }> {
  const found = await findJob(context, name);
  const { name: machineName, container } = await findRunning(context, 'admin');
  const answer = await context.io.docker.exec(container.id, ['site', 'timeout', '5', program, found.name]);
  refuseOlder(answer, machineName);
  return { job: found, runs: linesOf(answer.stdout, runWithOutput).reverse() };
}

export async function findJob(context: Context, name: string | undefined): Promise<Job> {
  const jobs = await listJobs(context);
  const found = jobs.find((each) => each.name === name);
  if (found) return found;
  throw new UserError(name === undefined ? 'Which job?' : `There is no job "${name}".`, {
    hint: `one of: ${jobs.map((each) => each.name).join(', ')}`,
    code: exitCode.usage,
  });
}

/** The site could write there too: what is no record is left out. */
function linesOf<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema>[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [schema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
