/** Events as single lines, for pipes, screen readers and verbs that need no live view: one line per change. */
import { formatDuration } from '../duration.ts';
import type { Event } from '../events.ts';
import { lessonLines } from './lesson/lesson-view.ts';
import { blank, clean, type Line, span } from './line.ts';
import { resourceWords, stackWords } from './live/stack-rows.ts';
import { noticeLines } from './live/start-view.ts';
import { deletionLines, planLines } from './plan/plan-view.ts';
import { clusterTable } from './views/cluster-view.ts';
import { snapshotTable } from './views/data-view.ts';
import { diskTable } from './views/disk-view.ts';
import { failureLines } from './views/failure-view.ts';
import { parityTable } from './views/parity-view.ts';
import { featuresTable } from './views/site/features-view.ts';
import { jobsTable, runsTable } from './views/site/jobs-view.ts';
import { mailQueueLines, mailTestLines } from './views/site/mail-view.ts';
import { pageTable } from './views/site/page-view.ts';
import { purgeLines } from './views/site/purge-view.ts';
import { releaseTable } from './views/site/releases-view.ts';
import { warmLines } from './views/site/warm-view.ts';
import { whyLines } from './views/site/why-view.ts';
import { sizeTable } from './views/size-view.ts';
import { statusTable } from './views/status-view.ts';
import { xdebugLines } from './views/xdebug-view.ts';
import { columnsOf, pad } from './width.ts';
import { count, icons, repeats, short } from './words.ts';

/** `out`: data that answers the command. `err`: progress. */
export interface PlainLine {
  to: 'out' | 'err';
  line: Line;
}

/** What was written so far, and where to: it decides how the next event is written. */
export interface Written {
  begun: boolean;
  tables: number;
  /** Width of the terminal; a pipe has none. */
  columns?: number;
}

const out = (lines: Line[]): PlainLine[] => lines.map((line) => ({ to: 'out', line }));
const err = (lines: Line[]): PlainLine[] => lines.map((line) => ({ to: 'err', line }));

export function plainLines(event: Event, { begun, tables, columns }: Written): PlainLine[] {
  switch (event.type) {
    case 'begin': {
      const { verb, project, root, machines, stacks } = event;
      const number = machines ? count(machines.length, 'machine') : stacks && count(stacks.length, 'stack');
      const details = [project, root && `bundle ${short(root)}`, number];
      return err([[span([`bootdev ${verb}`, ...details.filter(Boolean)].join(' · '), 'strong')]]);
    }
    case 'machines':
      return err([[span(`now bundle ${short(event.root)} · ${count(event.machines.length, 'machine')}`, 'strong')]]);
    case 'step':
      return err([withIcon(event.state, event.text, event.seconds)]);
    case 'progress': // a line that is written over: show.tsx
      return [];
    case 'machine': {
      if (event.state === 'waiting' && !event.text) return [];
      const { name, state, text = '', seconds } = event;
      const words = repeats(state, text) ? text : [state, text].filter(Boolean).join(': ');
      return err([withIcon(state, `${name} ${words}`, seconds)]);
    }
    case 'log':
      // A step's log is not shown (an error has its last lines); where nothing began, the log is the answer.
      return begun ? [] : out([logLine(event, columns)]);
    case 'notice':
      return err(noticeLines(event, 100).map(unindent));
    case 'status':
      return out([...(tables > 0 ? [blank] : []), ...statusTable(event.status).map(unindent)]);
    case 'finding': // the plan shows all of them
      return [];
    case 'plan':
      return out(planLines(event.plan, { width: 100, details: event.details ?? false }).map(unindent));
    case 'deletion-plan':
      return out(deletionLines(event).map(unindent));
    case 'stack':
      return event.state === 'waiting' ? [] : err([stackWords(event)]);
    case 'resource':
      return event.state === 'working' && !event.text ? [] : err([resourceWords(event)]);
    case 'failure':
      return err(failureLines(event.failure, 100).map(unindent));
    case 'disk':
      return out(diskTable(event.disk));
    case 'releases':
      return out(releaseTable(event.releases));
    case 'jobs':
      return out(jobsTable(event, columns));
    case 'job-runs':
      return out(runsTable(event));
    case 'snapshots':
      return out(snapshotTable(event.snapshots));
    case 'xdebug':
      return out(xdebugLines(event.xdebug));
    case 'purge':
      return out(purgeLines(event.purge));
    case 'why':
      return out(whyLines(event.why, columns));
    case 'warm':
      return out(warmLines(event.warm));
    case 'mail-test':
      return out(mailTestLines(event.tests));
    case 'mail-queue':
      return out(mailQueueLines(event.queue));
    case 'size':
      return out(sizeTable(event));
    case 'features':
      return out(featuresTable(event.features, columns));
    case 'parity':
      return out(parityTable(event.parity));
    case 'cluster-check':
      return out(clusterTable(event.check, columns));
    case 'page-check':
      return out(pageTable(event.check, columns));
    case 'lesson':
      return out(lessonLines(event.lesson, columns));
    case 'ready': {
      const width = Math.max(...event.urls.map(({ name }) => columnsOf(name)), 4);
      return [
        ...err([[span('✓', 'good'), span(` ready in ${formatDuration(event.seconds)}`)]]),
        ...out(event.urls.map(({ name, url }) => [span(`${pad(name, width)}  `), span(url, 'accent')])),
        ...err(event.next.map((command) => [span(`${pad('next', width)}  ${command}`, 'dim')])),
      ];
    }
    case 'done': {
      const lines = event.text.split('\n').map((line): Line => [span(line)]);
      return begun ? err(lines) : out(lines);
    }
  }
}

/** A request is one line on a terminal too: what does not fit is in a pipe. */
function logLine({ source, line, time }: Event & { type: 'log' }, columns = Number.POSITIVE_INFINITY): Line {
  const head = `${source} | ${time ? `${timeOf(new Date(time))} ` : ''}`;
  return [span(head, 'dim'), span(clean(line, Math.max(columns - columnsOf(head), 20)))];
}

/** Of this computer's clock: 14:05:09, with the day where it is another than today. */
function timeOf(time: Date): string {
  const [day, clock] = [time.toLocaleDateString('sv'), time.toLocaleTimeString('sv')];
  return day === new Date().toLocaleDateString('sv') ? clock : `${day} ${clock}`;
}

/** Whether the line may wait a moment: a step that finishes at once needs no line for its start. */
export const isStart = (event: Event): event is Event & { type: 'step' } =>
  event.type === 'step' && event.state === 'start';

function withIcon(state: keyof typeof icons, text: string, seconds?: number): Line {
  const { glyph, tone } = icons[state];
  return [
    span(glyph, tone),
    span(` ${text}`),
    ...(seconds === undefined || seconds < 0.05 ? [] : [span(`  ${formatDuration(seconds)}`, 'dim')]),
  ];
}

/** The live view's margin is useless in a pipe. */
const unindent = (line: Line): Line =>
  line.map((each, index) => (index ? each : { ...each, text: each.text.replace(/^ {1,2}/, '') }));
