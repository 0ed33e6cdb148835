import { expect, test } from 'vitest';
import type { Job } from '../../../../src/events.ts';
import { textOf, widthOf } from '../../../../src/screen/line.ts';
import { jobsTable, runsTable } from '../../../../src/screen/views/site/jobs-view.ts';

const at = 1_796_019_600;
const last = { at: at - 180, seconds: 4, exit: 0, ended: 'exit', machine: 'admin', failing: false } as const;
const job = (name: string, more: Partial<Job> = {}): Job => ({
  ...{ name, when: '0 3 * * *', every: 0, limit: 3600, last, next: at + 40_000, late: 0 },
  ...more,
});
const jobs: Job[] = [
  job('cron', { when: '* * * * *', every: 300, next: at + 119 }),
  job('tidy', { when: '* * * * *', every: 86_400, next: at - 5 }),
  job('report', { last: { ...last, exit: 3, failing: true } }),
  job('export', { last: { ...last, seconds: 600, exit: 124, ended: 'limit', failing: true } }),
  job('import', { last: { ...last, seconds: 0, exit: 75, ended: 'overlap', failing: true } }),
  job('index', { lost: { at: at - 7300, machine: 'admin-2' } }),
  job('feed', { running: { at: at - 30, machine: 'admin' } }),
  job('news', { last: { ...last, exit: 143, ended: 'stopped' } }),
  job('mails', { late: 9000 }),
  { name: 'leap', when: '0 0 30 2 *', every: 0, limit: 60, late: 0 },
];
const lines = (columns?: number) =>
  jobsTable({ type: 'jobs', jobs, at }, columns).map((line) => textOf(line).trimEnd());

test('every state of a job, failures marked; in a pipe every column', () => {
  expect(`\n${lines().join('\n')}\n`).toMatchInlineSnapshot(`
    "
      job     when (UTC)   last run   ended         took    next       machine
    ✓ cron    every 5 min  3 min ago  ok            4 s     in 119 s   admin
    ✓ tidy    every 24 h   3 min ago  ok            4 s     due now    admin
    ✗ report  0 3 * * *    3 min ago  exit code 3   4 s     in 11 h    admin
    ✗ export  0 3 * * *    3 min ago  time limit    10 min  in 11 h    admin
    ✗ import  0 3 * * *    3 min ago  not started   0 s     in 11 h    admin
    ✗ index   0 3 * * *    2 h ago    machine lost          in 11 h    admin-2
    ● feed    0 3 * * *    30 s ago   running               in 11 h    admin
    · news    0 3 * * *    3 min ago  stopped       4 s     in 11 h    admin
    ✗ mails   0 3 * * *    3 min ago  ok            4 s     late: 2 h  admin
    · leap    0 0 30 2 *   never                            never

    what it wrote: bootdev jobs output report
    what it wrote: bootdev jobs output export
    what it wrote: bootdev jobs output import
    what it wrote: bootdev jobs output index
    "
  `);
});

test.each([80, 70, 60])('%i columns: what is spare is left out, the rest is whole', (columns) => {
  const table = jobsTable({ type: 'jobs', jobs, at }, columns);
  for (const line of table.slice(0, jobs.length + 1))
    expect(widthOf([...line.slice(0, -1)])).toBeLessThanOrEqual(columns);
  expect(lines(80)[0]).toContain('next');
});

test('runs, the newest last, with what they wrote; a terminal obeys none of it', () => {
  const runs = [
    { ...last, exit: 7, output: 'one\n\u001b[31m  two\r\n 10 %\r 99 %\tdone\n\n' },
    { ...last, seconds: 0, exit: 75, ended: 'overlap' as const, output: '' },
    { ...last, seconds: 0, exit: 137, ended: 'lost' as const, machine: 'admin-2', output: '' },
    { ...last, output: 'fine\n' },
  ];
  const shown = runsTable({ type: 'job-runs', name: 'report', runs, at }).map(textOf);
  expect(`\n${shown.join('\n').replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DAY TIME')}\n`).toMatchInlineSnapshot(`
    "
    ✓ DAY TIME · ok after 4 s · admin
      fine

    ✗ DAY TIME · machine lost · admin-2

    ✗ DAY TIME · not started, since the last run had not ended · admin

    ✗ DAY TIME · exit code 7 after 4 s · admin
      one
        two
       99 %    done
    "
  `);
  expect(runsTable({ type: 'job-runs', name: 'report', runs: [], at }).map(textOf)).toEqual([
    'report has not run yet.',
  ]);
});
