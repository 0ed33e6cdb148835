/** The jobs of cron: how the last run of each ended, when the next one is due; and what the runs of one wrote. */
import { stripVTControlCharacters } from 'node:util';
import type { Event, Job, JobRun } from '../../../events.ts';
import { blank, type Line, type Span, span, type Tone } from '../../line.ts';
import { pad } from '../../width.ts';

const titles = ['job', 'when (UTC)', 'last run', 'ended', 'took', 'next', 'machine'];
/** Left out where the terminal has no room, in this order. */
const spare = ['machine', 'took'];

/** `columns`: of the terminal; a pipe has none. */
export function jobsTable({ jobs, at }: Event & { type: 'jobs' }, columns = Number.POSITIVE_INFINITY): Line[] {
  const rows = jobs.map((job) => cellsOf(job, at));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.text.length ?? 0)),
  );
  const room = (shown: string[]) =>
    titles.reduce((sum, title, at) => sum + (shown.includes(title) ? (widths[at] ?? 0) + 2 : 0), 0);
  const without = spare.map((_, at) => titles.filter((title) => !spare.slice(0, at + 1).includes(title)));
  const shown = [titles, ...without].find((each) => room(each) <= columns) ?? without.at(-1) ?? titles;
  const line = (cells: Span[]) =>
    cells
      .map((cell, column) => ({ ...cell, text: `${pad(cell.text, widths[column] ?? 0)}  ` }))
      .filter((_, column) => shown.includes(titles[column] ?? ''));
  const failing = jobs.filter(({ last, lost }) => last?.failing || lost);
  return [
    [span('  '), ...line(titles.map((title) => span(title, 'dim')))],
    ...rows.map((cells, index): Line => [iconOf(jobs[index]), ...line(cells)]),
    ...(failing.length > 0 ? [blank] : []),
    ...failing.map(({ name }): Line => [span(`what it wrote: bootdev jobs output ${name}`, 'dim')]),
  ];
}

function iconOf(job: Job | undefined): Span {
  if (job?.lost || job?.late || job?.last?.failing) return span('✗ ', 'bad');
  if (job?.running) return span('● ', 'work');
  return job?.last?.exit === 0 ? span('✓ ', 'good') : span('· ', 'dim');
}

function cellsOf(job: Job, now: number): Span[] {
  const { name, last, running, lost, late, next } = job;
  const run = running ?? lost ?? last;
  const ago = run ? `${timeSpan(now - run.at)} ago` : 'never';
  const [ended, tone] = endOf(job);
  return [
    span(name, tone === 'bad' ? tone : undefined),
    span(whenOf(job)),
    span(ago, run ? undefined : 'dim'),
    span(ended, tone),
    span(last && !running && !lost ? timeSpan(last.seconds) : ''),
    late > 0 ? span(`late: ${timeSpan(late)}`, 'bad') : span(next === undefined ? 'never' : nextOf(next - now)),
    span(run?.machine ?? ''),
  ];
}

const nextOf = (seconds: number) => (seconds > 0 ? `in ${timeSpan(seconds)}` : 'due now');

/** Asked each minute, a job with an interval is as often as that. */
const whenOf = ({ when, every }: Job) => (every > 0 && when === '* * * * *' ? `every ${timeSpan(every)}` : when);

function endOf({ last, running, lost }: Job): [string, Tone | undefined] {
  if (running) return ['running', 'work'];
  if (lost) return ['machine lost', 'bad'];
  if (!last) return ['', undefined];
  const tone = last.failing ? 'bad' : last.exit === 0 ? 'good' : 'work';
  return [wordsOf(last), tone];
}

function wordsOf({ ended, exit }: Pick<JobRun, 'ended' | 'exit'>): string {
  const words = { limit: 'time limit', overlap: 'not started', lost: 'machine lost', stopped: 'stopped' };
  if (ended !== 'exit') return words[ended];
  return exit === 0 ? 'ok' : `exit code ${exit}`;
}

/** 90 s, 5 min, 3 h, 4 days: as the machine says it in the status. */
function timeSpan(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

/** The newest at the end, where a terminal stands then. */
export function runsTable({ name, runs }: Event & { type: 'job-runs' }): Line[] {
  if (runs.length === 0) return [[span(`${name} has not run yet.`)]];
  return runs
    .map((run, index) => [
      ...(runs.length > 1 && index < runs.length - 1 ? [blank] : []),
      headOf(run),
      ...outputLines(run),
    ])
    .reverse()
    .flat();
}

function headOf(run: JobRun): Line {
  const isGood = run.exit === 0;
  const tone = isGood ? 'good' : run.ended === 'stopped' ? 'work' : 'bad';
  const when = new Date(run.at * 1000).toLocaleString('sv');
  const more =
    { overlap: ', since the last run had not ended', lost: '' }[run.ended as string] ??
    ` after ${timeSpan(run.seconds)}`;
  return [
    span(isGood ? '✓' : '✗', tone),
    span(` ${when}`, 'strong'),
    span(` · ${wordsOf(run)}${more} · ${run.machine}`, 'dim'),
  ];
}

/** A terminal obeys none of it. */
function outputLines({ output }: JobRun): Line[] {
  if (output.trim() === '') return [];
  return stripVTControlCharacters(output)
    .trimEnd()
    .split(/\r*\n/)
    .map((line) => [span(`  ${(line.split('\r').at(-1) ?? '').replaceAll('\t', '    ')}`)]);
}
