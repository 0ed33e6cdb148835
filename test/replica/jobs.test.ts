import { expect, it } from 'vitest';
import { listJobs, listRuns } from '../../src/replica/jobs/jobs.ts';
import { status } from '../../src/replica/status.ts';
import { light, newReplica, only, play } from './replica.ts';

const last = { at: 1_796_019_240, seconds: 2, exit: 0, ended: 'exit', machine: 'admin', failing: false };
const cron = {
  name: 'cron',
  when: '* * * * *',
  every: 300,
  limit: 3600,
  last,
  running: null,
  lost: null,
  next: 1_796_019_540,
  late: 0,
};
const report = { ...cron, name: 'report', when: '0 3 * * *', every: 0, last: { ...last, exit: 3, failing: true } };
const never = { ...cron, name: 'leap', when: '0 0 30 2 *', last: null, next: null };

async function withJobs(lines: unknown[], settings = light) {
  const replica = await newReplica(settings);
  await replica.up();
  replica.engine.jobs.set('', lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return replica;
}

it('has the jobs of the crontab, without what is no record', async () => {
  const { open } = await withJobs([cron, report, never, 'x', { ...cron, last: { ...last, machine: '\u001b[31m' } }]);
  expect(await listJobs(await open())).toEqual([
    { name: 'cron', when: '* * * * *', every: 300, limit: 3600, last, next: 1_796_019_540, late: 0 },
    expect.objectContaining({ name: 'report', last: { ...last, exit: 3, failing: true } }),
    { name: 'leap', when: '0 0 30 2 *', every: 300, limit: 3600, late: 0 },
  ]);
});

it('has the last runs, the newest first; a job that is not there is answered with those that are', async () => {
  const { open, engine } = await withJobs([cron, report]);
  const { failing: _, ...run } = last;
  const lines = [
    { ...run, name: 'report', interval: 0, output: 'a' },
    { ...run, at: run.at + 60 },
    { ...run, output: 1 },
  ];
  engine.jobs.set('report', lines.map((line) => JSON.stringify(line)).join('\n'));
  expect((await listRuns(await open(), 'report')).runs).toEqual([
    { ...run, at: run.at + 60, output: '' },
    { ...run, output: 'a' },
  ]);
  await expect(listRuns(await open(), 'tidy')).rejects.toMatchObject({
    ...{ message: 'There is no job "tidy".', hint: 'one of: cron, report', code: 2 },
  });
});

it('says so where cron is off', async () => {
  const { open } = await withJobs([], `${light}cron: { enabled: false }\n`);
  await expect(listJobs(await open())).rejects.toMatchObject({ message: 'There are no jobs: cron.enabled is false.' });
});

it('status names those that fail, where admin says that one does', async () => {
  const { open, engine } = await withJobs([cron, report, { ...never, late: 4000 }]);
  const notes = async () =>
    only((await play(status(await open(), { recompute: true }))).events, 'status')[0]?.status.notes;
  const before = await notes();
  engine.says.set('admin', 'report, leap FAILED · next cron 20 s');
  expect(await notes()).toEqual([...(before ?? []), '2 jobs fail: report, leap. bootdev jobs says how.']);
  engine.jobs.set('', JSON.stringify(report));
  expect(await notes()).toContain('The job report fails: bootdev jobs output report');
  engine.jobs.set('', '');
  expect(await notes()).toEqual(before);
});
