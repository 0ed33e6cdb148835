/** What `up` shows while it works, and what remains of it. Never more lines than the terminal has. */
import { formatDuration } from '../../duration.ts';
import { blank, justify, type Line, rule, span } from '../line.ts';
import { columnsOf, pad, truncate, wrap } from '../width.ts';
import { count, short } from '../words.ts';
import { type End, type Notice, type Screen, slowest } from './fold.ts';
import { machineLines, stepLine } from './rows.ts';

export interface ViewOptions {
  columns: number;
  rows: number;
  /** Seconds since the first event. */
  now: number;
  /** Show the end of the log. */
  tail?: boolean;
  /** Ctrl-C was pressed, and the engine is stopping. */
  stopping?: boolean;
}

const tailLines = 8;

export function startView(screen: Screen, options: ViewOptions): Line[] {
  const width = Math.min(options.columns - 1, 119);
  const head = [title(screen, width), rule(width)];
  const foot = [rule(width), ...(screen.end ? endLines(screen, screen.end, width) : [footer(screen, options, width)])];
  // Ink clears the whole screen for a frame that is as high as the terminal: one line stays free.
  const room = Math.max(options.rows - 1 - head.length - foot.length, 0);

  const machines = machineLines(screen, options.now, width);
  const log = screen.end ? [] : logLines(screen, width, options.tail ? Math.min(tailLines, room - machines.length) : 1);
  const noticeRoom = room - machines.length - log.length;
  const notices = last(
    screen.notices.flatMap((notice) => noticeLines(notice, width)),
    noticeRoom,
  );
  const steps = stepLines(screen, options.now, width, noticeRoom - notices.length);
  const body = crop([...steps, ...machines, ...notices], room - log.length);
  return [...head, ...body, ...log, ...foot].slice(0, Math.max(options.rows - 1, 1));
}

function crop(lines: readonly Line[], room: number): Line[] {
  if (lines.length <= room) return [...lines];
  return room > 0 ? [...lines.slice(0, room - 1), [span(`  … ${lines.length - room + 1} more`, 'dim')]] : [];
}

function title({ verb, project, root, machines }: Screen, width: number): Line {
  const details = [root ? `bundle ${short(root)}` : '', machines.length ? count(machines.length, 'machine') : ''];
  const left = [span(` bootdev ${verb}`, 'strong'), ...(project ? [span(` · ${project}`)] : [])];
  return justify(left, [span(details.filter(Boolean).join(' · '), 'dim')], width);
}

/** All unfinished steps, and as many of the latest finished ones as there is room for. */
function stepLines(screen: Screen, now: number, width: number, room: number): Line[] {
  const done = screen.steps.filter(({ state }) => state === 'done');
  const open = screen.steps.length - done.length;
  const kept = new Set(last(done, room - open));
  return screen.steps
    .filter((step) => step.state !== 'done' || kept.has(step))
    .map((step) => stepLine(step, screen, now, width));
}

export function noticeLines({ level, text, hint }: Notice, width: number): Line[] {
  const tone = level === 'warning' ? 'work' : 'accent';
  const lines = wrap(text, width - 4).map((line, index) => [span(index ? '    ' : '  ! ', tone), span(line)]);
  const hints = (hint?.split('\n') ?? []).map((line) => [span(`    ${line}`, 'dim')]);
  return [...lines, ...hints];
}

/** The end of the log of what takes longest. It always has the same number of lines, so that nothing jumps. */
function logLines(screen: Screen, width: number, room: number): Line[] {
  const source = slowest(screen) ?? screen.speaker;
  const said = last((source && screen.logs.get(source)) || [], room);
  const lines = said.map((line) => [
    span(truncate(`  ${source}  `, width), 'accent'),
    span(truncate(line, width - columnsOf(source ?? '') - 4), 'dim'),
  ]);
  return [...lines, ...Array<Line>(Math.max(room - lines.length, 0)).fill(blank)];
}

function footer(screen: Screen, { now, tail, stopping }: ViewOptions, width: number): Line {
  const keys = stopping ? 'Ctrl-C again: leave at once' : `L ${tail ? 'hide log' : 'log'}  Ctrl-C stop`;
  const state = stopping
    ? [span('  stopping', 'work'), span(` · ${formatDuration(now)}`)]
    : [span(`  ${progress(screen, now)}`)];
  return justify(state, [span(keys, 'dim')], width);
}

function progress(screen: Screen, now: number): string {
  const { lastSeconds } = screen;
  const before = lastSeconds === undefined ? [] : [`last time ${formatDuration(lastSeconds)}`];
  return [healthyOf(screen), formatDuration(now), ...before].join(' · ');
}

const healthyOf = ({ machines }: Screen) =>
  `${machines.filter(({ state }) => state === 'healthy').length} of ${machines.length} healthy`;

function endLines(screen: Screen, end: End, width: number): Line[] {
  if (end.how === 'failed') {
    return [[span('  not ready', 'bad'), span(` · ${healthyOf(screen)}`)]];
  }
  if (end.how === 'done') return [[span(`  ${end.text}`)]];
  const nameWidth = Math.max(...end.urls.map(({ name }) => columnsOf(name)), 4);
  const urls = end.urls.map(({ name, url }) => [span(`  ${pad(name, nameWidth)}  `), span(url, 'accent')]);
  const before = screen.lastSeconds === undefined ? '' : ` · last time ${formatDuration(screen.lastSeconds)}`;
  const ready: Line = [span('  ready', 'good'), span(` in ${formatDuration(end.seconds)}${before}`)];
  return [ready, blank, ...urls, blank, [span(`  ${truncate(`next  ${end.next.join('  ·  ')}`, width - 2)}`, 'dim')]];
}

const last = <Item>(items: readonly Item[], number: number): Item[] => (number > 0 ? items.slice(-number) : []);
