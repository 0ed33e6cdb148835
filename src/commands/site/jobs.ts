import { exitCode, UserError } from '../../errors.ts';
import { type Call, openReplica, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { wholeNumber } from '../flags.ts';

interface JobsFlags {
  run?: number;
}
type Action = (call: Call<JobsFlags>, name: string | undefined) => Promise<unknown>;

export const jobs: Command<JobsFlags> = {
  name: 'jobs',
  description: 'List the jobs of cron, show their output, run one',
  arguments: {
    '[action]': 'What to do: list, output or run (default: list)',
    '[name]': 'Of the job, for output and run',
  },
  options: {
    '--run <number>': {
      description: 'Output of this run alone: 1 is the last one, 2 the one before',
      parse: wholeNumber,
    },
  },

  async run(call) {
    const [action = 'list', name] = call.args;
    const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (run) return run(call, name);
    throw new UserError(`"${action}" is not something that bootdev does to jobs.`, {
      hint: 'bootdev jobs, bootdev jobs output NAME, bootdev jobs run NAME',
      code: exitCode.usage,
    });
  },
};

const now = () => Math.round(Date.now() / 1000);

const actions: Record<string, Action> = {
  /** False where one fails: for scripts. */
  async list(call) {
    const { listJobs } = await import('../../replica/jobs/jobs.ts');
    await showEvent({ type: 'jobs', jobs: await listJobs(await openReplica(call)), at: now() }, call);
  },

  async output(call, name) {
    const { listRuns } = await import('../../replica/jobs/jobs.ts');
    const { job, runs } = await listRuns(await openReplica(call), name);
    const { run } = call.flags;
    if (run === undefined || runs[run - 1])
      return showEvent(
        { type: 'job-runs', name: job.name, runs: run === undefined ? runs : runs.slice(run - 1, run), at: now() },
        call,
      );
    throw new UserError(`Of ${job.name} there ${runs.length === 1 ? 'is 1 run' : `are ${runs.length} runs`}.`, {
      hint: `bootdev jobs output ${job.name}`,
      code: exitCode.usage,
    });
  },

  async run(call, name) {
    const { runJob } = await import('../../replica/jobs/run.ts');
    const { writeOutput } = await import('../../io/terminal.ts');
    return runJob(await openReplica(call), name, writeOutput);
  },
};
