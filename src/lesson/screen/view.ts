/** The lesson's screen as lines: for 80 columns and 24 rows, and what there is more room for. */
import type { LessonSide } from '../../answers/lesson.ts';
import {
  barLines,
  commandLines,
  loadOf,
  mostOf,
  packetLines,
  rowsOf,
  titleOf,
  whyLines,
} from '../../screen/lesson/lesson-view.ts';
import { blank, clean, justify, type Line, rule, span, widthOf } from '../../screen/line.ts';
import { wrap } from '../../screen/width.ts';
import { explain } from '../explain.ts';
import type { LessonState } from './state.ts';

export interface Size {
  columns: number;
  rows: number;
}

export function lessonView(state: LessonState, { columns, rows }: Size): Line[] {
  const { choice, lesson = explain(choice), recording } = state;
  const width = Math.min(columns - 1, 119);
  const title: Line = [span(' bootdev lvs', 'strong'), span(` · ${titleOf(lesson)}`)];
  const right: Line = [...(recording ? [span('● recording  ', 'bad')] : []), span(loadOf(lesson), 'dim')];
  const head = [justify(title, right, width), rule(width)];
  const foot = [rule(width), ...keyLines(state, width)];
  const most = Math.max(rows - 1 - head.length - foot.length, 0);
  const upper = [
    ...bars(state, width),
    ...problemLines(state, width),
    blank,
    ...lesson.sides.flatMap((side) => whyLines(side, width)),
  ].slice(0, most);
  const room = most - upper.length;
  return [...head, ...upper, ...panels(state, { room, width }), ...foot];
}

/** Two schedulers stand beside each other, so that their bars can be compared. */
function bars({ choice, lesson, working }: LessonState, width: number): Line[] {
  const empty = (scheduler: string): LessonSide => ({
    ...{ scheduler, why: '', failed: 0 },
    servers: choice.weights.map((weight, at) => ({
      ...{ name: `web-${at + 1}`, address: '', weight },
      ...{ connections: 0, packetsIn: 0, packetsOut: 0 },
    })),
  });
  const sides = lesson?.sides ?? choice.schedulers.map(empty);
  // A bar does not fill its width before there is a fair share.
  const most = Math.max(mostOf(sides), Math.ceil(choice.connections / choice.weights.length));
  const each = Math.floor(width / sides.length);
  const columns = sides.map((side) => barLines(side, { most, width: each }));
  const height = Math.max(...columns.map((lines) => lines.length));
  const lines = Array.from(
    { length: height },
    (_, row): Line =>
      columns.flatMap((column) => {
        const line = column[row] ?? blank;
        return [...line, span(' '.repeat(Math.max(each - widthOf(line), 0)))];
      }),
  );
  const sum = (lesson?.sides ?? []).reduce(
    (all, side) => all + side.servers.reduce((n, { connections }) => n + connections, 0),
    0,
  );
  const failed = (lesson?.sides ?? []).reduce((all, side) => all + side.failed, 0);
  const now = working ? `${sum} of ${choice.connections * choice.schedulers.length} counted by the kernel` : 'complete';
  return [...lines, [span(`  ${now}`, 'dim'), ...(failed > 0 ? [span(`  ${failed} failed`, 'bad')] : [])]];
}

function problemLines({ problem }: LessonState, width: number): Line[] {
  if (!problem) return [];
  const lines = wrap(clean(problem.message, 400), width - 2).map((line): Line => [span(`  ${line}`, 'bad')]);
  return [...lines, ...(problem.hint ? [[span(`  → ${problem.hint}`)]] : [])];
}

/** The way of the packets and what was run: both where there is room, else the chosen one. */
function panels({ lesson, choice, panel }: LessonState, { room, width }: { room: number; width: number }): Line[] {
  const packets = [blank, ...packetLines(lesson ?? explain(choice), width)];
  const all = commandLines(lesson ?? { commands: [] });
  const commandsIn = (rows: number): Line[] => {
    let first = all.length;
    while (first > 0 && rowsOf(all.slice(first - 1), width) <= rows - 1) first--;
    return first < all.length && rows > 1 ? [blank, ...all.slice(first)] : [];
  };
  if (room >= packets.length + 4) return [...packets, ...commandsIn(room - packets.length)];
  return panel === 'packets' ? packets.slice(0, Math.max(room, 0)) : commandsIn(room);
}

function keyLines({ choice, panel }: LessonState, width: number): Line[] {
  const keys = (...more: string[]) =>
    [
      ...[choice.schedulers.length > 1 ? 's S scheduler' : 's scheduler', 'm mode', 'w weights', 'l load'],
      ...more,
      ...[panel === 'packets' ? 'p commands' : 'p packets', 'r record', 'q quit'],
    ].join('  ');
  const whole = `  ${keys('2 side by side', 'Space again')}`;
  return [[span(whole.length <= width ? whole : `  ${keys('2 two')}`, 'dim')]];
}
