/** The live tree: stacks in their order, with the resources of the one that is being changed. Never more lines than the terminal has. Pure. */
import { formatDuration } from '../../duration.ts';
import { blank, clean, justify, type Line, rule, span } from '../line.ts';
import { failureLines } from '../views/failure-view.ts';
import { paritySummary } from '../views/parity-view.ts';
import { columnsOf, pad, truncate } from '../width.ts';
import { count, short } from '../words.ts';
import type { Screen } from './fold.ts';
import { stepLine } from './rows.ts';
import { type ResourceRow, resourceIcons, type StackRow, stackIcons } from './stack-rows.ts';
import { noticeLines } from './start-view.ts';

interface TreeOptions {
  columns: number;
  rows: number;
  /** Seconds since the first event. */
  now: number;
  stopping?: boolean;
}

export function treeView(screen: Screen, { columns, rows, now, stopping = false }: TreeOptions): Line[] {
  const width = Math.min(columns - 1, 119);
  const head = [title(screen, width), rule(width)];
  const foot = [rule(width), ...footLines(screen, now, stopping, width)];
  const room = Math.max(rows - 1 - head.length - foot.length, 3);
  const stacks = screen.stacks.map((stack) => ({ stack, line: stackLine(stack, now, width) }));
  const notices = screen.notices.slice(-2).flatMap((notice) => noticeLines(notice, width));
  const steps = screen.steps
    .filter(({ state }) => state !== 'done' || screen.end)
    .slice(-3)
    .map((step) => stepLine(step, screen, now, width));
  const free = room - stacks.length - notices.length - steps.length;
  const body = stacks.flatMap(({ stack, line }) => [
    line,
    ...(isOpen(stack) && !screen.failure ? resourceLines(stack, now, width, free) : []),
  ]);
  return [...head, ...body.slice(0, Math.max(room - notices.length - steps.length, 1)), ...steps, ...notices, ...foot];
}

const isOpen = ({ state }: StackRow) => state === 'working' || state === 'undoing';

function title({ verb, project, root, stacks }: Screen, width: number): Line {
  const details = [root ? `bundle ${short(root)}` : '', count(stacks.length, 'stack')];
  return justify(
    [span(` bootdev ${verb}`, 'strong'), span(` · ${project}`)],
    [span(details.filter(Boolean).join(' · '), 'dim')],
    width,
  );
}

const nameWidth = 20;
const wordsWidth = 16;

function stackLine({ name, state, text, seconds, since }: StackRow, now: number, width: number): Line {
  const { glyph, tone, words } = stackIcons[state];
  const spent = seconds ?? (isOpen({ state } as StackRow) && since !== undefined ? now - since : undefined);
  const time = spent === undefined ? '' : formatDuration(spent);
  const said = text ? truncate(clean(text), Math.max(width - nameWidth - wordsWidth - 22, 0)) : '';
  return [
    span('  '),
    span(glyph, tone),
    span(` ${pad(name, nameWidth)} `),
    span(pad(words, wordsWidth), tone === 'good' ? undefined : tone),
    span(time.padStart(12)),
    ...(said ? [span(`   ${said}`, 'dim')] : []),
  ];
}

/** Failed ones first, then those in progress, the newest last; the finished ones are counted. */
function resourceLines({ resources }: StackRow, now: number, width: number, room: number): Line[] {
  const finished = resources.filter(({ state }) => ['done', 'gone', 'kept'].includes(state)).length;
  const open = [
    ...resources.filter(({ state }) => state === 'failed'),
    ...resources.filter(({ state }) => state === 'working' || state === 'undoing'),
  ];
  const sum = finished > 0 ? 1 : 0;
  const shown = open.slice(0, Math.max(room - sum, 0));
  const hidden = open.length - shown.length;
  return [
    ...(finished > 0 && room > 0
      ? [[span(`      ${finished} done${hidden > 0 ? `, ${hidden} more in progress` : ''}`, 'dim')]]
      : []),
    ...shown.map((resource) => resourceLine(resource, now, width)),
  ];
}

function resourceLine({ resource, kind, state, text, seconds, since }: ResourceRow, now: number, width: number): Line {
  const { glyph, tone } = resourceIcons[state];
  const time = formatDuration(state === 'failed' ? (seconds ?? 0) : Math.max(now - since, 0));
  const name = `${resource}  ${kind}`;
  const left = pad(truncate(name, 34), 34);
  const said = text ? truncate(clean(text), Math.max(width - 60, 0)) : '';
  return [
    span('      '),
    span(glyph, tone),
    span(` ${left}`),
    span(time.padStart(12)),
    ...(said ? [span(`   ${said}`, state === 'failed' ? 'bad' : 'dim')] : []),
  ];
}

function footLines(screen: Screen, now: number, stopping: boolean, width: number): Line[] {
  if (screen.failure) return failureLines(screen.failure, width);
  const { end } = screen;
  if (end?.how === 'failed') return [[span('  not finished', 'bad')]];
  if (end?.how === 'done') return end.text.split('\n').map((text) => [span(`  ${text}`)]);
  if (end?.how === 'ready') {
    const nameWide = Math.max(...end.urls.map(({ name }) => columnsOf(name)), 4);
    return [
      [span('  live', 'good'), span(` in ${formatDuration(end.seconds)}`)],
      ...(screen.parity ? paritySummary(screen.parity, { width, room: 5 }) : []),
      blank,
      ...end.urls.map(({ name, url }) => [span(`  ${pad(name, nameWide)}  `), span(url, 'accent')]),
      [span(`  ${truncate(`next  ${end.next.join('  ·  ')}`, width - 2)}`, 'dim')],
    ];
  }
  const done = screen.stacks.filter(({ state }) => ['same', 'done', 'gone'].includes(state)).length;
  const left = [span(`  ${done} of ${screen.stacks.length}`), span(` · ${formatDuration(now)}`)];
  const keys = stopping ? 'leaving; AWS continues' : 'Ctrl-C leave: AWS continues';
  return [justify(left, [span(keys, 'dim')], width)];
}
