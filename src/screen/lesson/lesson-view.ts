/** The lesson of LVS: connections as bars, why they went there, the way of the packets, and what was run. */
import type { Lesson, LessonSide } from '../../events.ts';
import { blank, type Line, span, widthOf } from '../line.ts';
import { pad, wrap } from '../width.ts';

const widest = 118;

/** Without a terminal: everything, one below the other. */
export function lessonLines(lesson: Lesson, columns = 100): Line[] {
  const width = Math.min(columns, widest);
  const { sides, commands, measured } = lesson;
  return [
    [span(`bootdev lvs · ${titleOf(lesson)}`, 'strong'), span(`  ${loadOf(lesson)}`, 'dim')],
    ...(measured ? [] : [[span('explained, not measured', 'work')]]),
    ...sides.flatMap((side) => [
      blank,
      ...(measured ? barLines(side, { most: mostOf(sides), width }) : []),
      ...whyLines(side, width),
      ...failedLines(side),
    ]),
    blank,
    ...packetLines(lesson, width),
    ...(commands.length > 0 ? [blank] : []),
    ...commandLines(lesson),
  ];
}

export const titleOf = ({ sides }: Pick<Lesson, 'sides'>) => sides.map(({ scheduler }) => scheduler).join(' beside ');

export function loadOf({ mode, load, connections, weights }: Omit<Lesson, 'sides'>): string {
  const words: Record<string, string> = {
    short: 'short',
    held: 'held',
    sources: 'from 30 sources',
    destinations: 'to 30 destinations',
  };
  return `weights ${weights.join(' : ')} · ${connections} ${words[load] ?? load} · ${mode}`;
}

/** The highest count of all sides: bars of both have one scale. */
export const mostOf = (sides: readonly LessonSide[]) =>
  Math.max(1, ...sides.flatMap(({ servers }) => servers.map(({ connections }) => connections)));

/** A server each: its share as a bar, and the number. */
export function barLines({ scheduler, servers }: LessonSide, { most, width }: { most: number; width: number }): Line[] {
  const name = pad(scheduler, 5);
  const names = Math.max(...servers.map((server) => server.name.length), 5);
  const numbers = String(most).length;
  const room = Math.max(width - name.length - names - numbers - 6, 4);
  return servers.map(({ name: server, connections }, at) => {
    const length = Math.round((connections / most) * room);
    const bar = '█'.repeat(connections > 0 ? Math.max(length, 1) : 0);
    return [
      span(`  ${at === 0 ? name : ' '.repeat(name.length)} `, 'strong'),
      span(`${pad(server, names)} `),
      span(pad(bar, room), 'accent'),
      span(` ${String(connections).padStart(numbers)}`, 'strong'),
    ];
  });
}

export function whyLines({ why, warning }: LessonSide, width: number): Line[] {
  return [
    ...wrap(why, width - 2).map((line): Line => [span(`  ${line}`)]),
    ...(warning ? wrap(warning, width - 2).map((line): Line => [span(`  ${line}`, 'work')]) : []),
  ];
}

function failedLines({ failed }: LessonSide): Line[] {
  return failed > 0
    ? [[span(`  ${failed} connections failed, or were answered by another server than was counted`, 'bad')]]
    : [];
}

/** Who rewrites what; and what a server saw, and how many packets of answers passed the director. */
export function packetLines({ packets, seen, sides }: Lesson, width: number): Line[] {
  const answers = sides.reduce(
    (sum, { servers }) => sum + servers.reduce((all, { packetsOut }) => all + packetsOut, 0),
    0,
  );
  const observed =
    seen && `✓ ${seen.server} saw ${seen.source} → ${seen.destination}; the director passed ${answers} packets back`;
  return [
    ...packets.map((line, at): Line => [span(`  ${line}`, at < 2 ? 'accent' : undefined)]),
    ...(observed ? wrap(observed, width - 2).map((line): Line => [span(`  ${line}`, 'good')]) : []),
  ];
}

/** What was run, in its order; a line that is too long for the terminal is never cut: it goes on in the next. */
export function commandLines({ commands }: Pick<Lesson, 'commands'>, last = Number.POSITIVE_INFINITY): Line[] {
  const names = Math.max(...commands.map(({ on }) => on.length), 0);
  return commands
    .slice(-last)
    .map(({ on, command }): Line => [span(`  ${pad(on, names)} $ `, 'dim'), span(command, 'accent')]);
}

/** How many lines of the terminal these take. */
export const rowsOf = (lines: readonly Line[], width: number) =>
  lines.reduce((sum, line) => sum + Math.max(Math.ceil(widthOf(line) / width), 1), 0);
