/** A site's own crontab: `minute hour day month weekday  job [--every S] [--limit S] NAME COMMAND`. Pure. */
import type { Files, Problem } from './own-config.ts';

export interface OwnJob {
  line: number;
  /** The five fields, or @daily and the like. */
  when: string;
  /** `--every 3600 --limit 300`, or nothing. */
  flags: string;
  name: string;
  /** For a shell, as the site's user in the folder of the code. */
  command: string;
}

const words = { month: 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec', weekday: 'sun|mon|tue|wed|thu|fri|sat' };
const field = (name: string) => {
  const one = `(?:\\d{1,2}${name ? `|${name}` : ''})`;
  const part = `(?:\\*|${one}(?:-${one})?)(?:/\\d{1,2})?`;
  return `${part}(?:,${part})*`;
};
const five = [field(''), field(''), field(''), field(words.month), field(words.weekday)].join('[ \\t]+');
const pattern = new RegExp(
  `^(@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|${five})[ \\t]+job((?:[ \\t]+--(?:every|limit)[ \\t]+[1-9]\\d{0,6})*)[ \\t]+([a-z][a-z0-9-]{0,30})[ \\t]+(\\S.*)$`,
  'i',
);

export function checkCron(files: Files): Problem[] {
  const text = files.get('cron') ?? '';
  const named = new Map<string, number>();
  return text.split('\n').flatMap((said, index) => {
    if (/^\s*(?:#.*)?$/.test(said)) return [];
    const line = index + 1;
    const job = readJob(said, line);
    const why = job ? refuseName(job, named) : refuseLine(said.trim());
    if (job) named.set(job.name, line);
    return why ? [{ path: 'cron', line, text: why }] : [];
  });
}

export const ownJobs = (text: string): OwnJob[] =>
  text.split('\n').flatMap((said, index) => readJob(said, index + 1) ?? []);

function readJob(said: string, line: number): OwnJob | undefined {
  const [, when = '', flags = '', name = '', command = ''] = pattern.exec(said.trim()) ?? [];
  // A job's name is a file's name, so in lower case only; the rest of the line may be in any, and cron and `job` read lower case.
  return /^[a-z]/.test(name) && name === name.toLowerCase()
    ? { line, when: when.toLowerCase(), flags: flags.trim().toLowerCase(), name, command }
    : undefined;
}

function refuseName({ name, line }: OwnJob, named: ReadonlyMap<string, number>): string | undefined {
  if (name === 'cron') return "cron is the name of the application's own job: choose another one.";
  if (name === 'tidy') return "tidy is the name of bootdev's own job: choose another one.";
  const before = named.get(name);
  return before && before !== line ? `${name} is the name of line ${before} too: each job has its own.` : undefined;
}

function refuseLine(said: string): string {
  if (/^\w+\s*=/.test(said)) return 'variables are not set here: write them before the command, in its line.';
  if (/^@reboot\b/i.test(said))
    return '@reboot: cron starts again whenever its table changes; use @hourly, or --every.';
  if (/^(?:\S+\s+){5}(?:root|www-data)\s/.test(said)) return 'no user is named here: every job runs as the site.';
  return 'write: minute hour day month weekday  job NAME COMMAND (NAME in lower case; --limit SECONDS before it).';
}
