/** One row per machine or step; neighbours of one kind that are in the same state share a row: "web 1 2". */
import { formatDuration } from '../../duration.ts';
import { type Line, span } from '../line.ts';
import { columnsOf, pad, truncate } from '../width.ts';
import { icons, repeats } from '../words.ts';
import { type MachineRow, type Screen, type StepRow, slowest } from './fold.ts';

const nameWidth = 14;
const wordsWidth = 18;
const secondsWidth = 10;

/** `now`: seconds since the first event. */
export function stepLine(step: StepRow, screen: Screen, now: number, width: number): Line {
  const slow = step.state === 'start' && slowest(screen) === step.id;
  return row(
    {
      ...icons[step.state],
      name: step.text,
      words: '',
      seconds: step.seconds ?? (slow ? now - step.since : undefined),
    },
    width,
  );
}

export function machineLines(screen: Screen, now: number, width: number): Line[] {
  const slow = slowest(screen);
  return groups(screen.machines).map((group) => {
    const [first] = group as [MachineRow];
    const speaking = group.find(({ name }) => name === slow);
    const measured = group.map(({ seconds }) => seconds).filter((seconds) => seconds !== undefined);
    const seconds = measured.length > 0 ? Math.max(...measured) : speaking && now - (speaking.since ?? now);
    return row({ ...icons[first.state], name: nameOf(group), seconds, ...wordsOf(first) }, width);
  });
}

/** The text in place of the state, where it repeats the state and there is room. */
function wordsOf({ state, text }: MachineRow): Pick<Row, 'words' | 'text'> {
  if (!text) return { words: state };
  return repeats(state, text) && columnsOf(text) <= wordsWidth ? { words: text } : { words: state, text };
}

interface Row {
  glyph: string;
  tone: (typeof icons)['done']['tone'];
  name: string;
  words: string;
  seconds: number | undefined;
  text?: string | undefined;
}

function row({ glyph, tone, name, words, seconds, text }: Row, width: number): Line {
  const title = words ? `${pad(name, nameWidth)} ` : name;
  const time = seconds === undefined ? '' : formatDuration(seconds);
  const start = 4 + nameWidth + 1 + wordsWidth;
  // A long step takes the room of its time, never that of the text.
  const left = pad(`${title}${words}`, start - 4);
  const middle = `${left}${time.padStart(Math.max(start - 4 + secondsWidth - columnsOf(left), time.length + 1))}`;
  const rest = width - 4 - columnsOf(middle) - 3;
  return [
    span('  '),
    span(glyph, tone),
    span(' '),
    ...toned(middle, title.length, words, tone),
    ...(text && rest > 3 ? [span('   '), span(truncate(text, rest), 'dim')] : []),
  ];
}

/** The state's words in the state's colour, unless all is well: then the glyph's colour is enough. */
function toned(middle: string, from: number, words: string, tone: Row['tone']): Line {
  if (!words || tone === 'good') return [span(middle)];
  return [span(middle.slice(0, from)), span(words, tone), span(middle.slice(from + words.length))];
}

function groups(machines: readonly MachineRow[]): MachineRow[][] {
  const all: MachineRow[][] = [];
  for (const machine of machines) {
    const [first] = all.at(-1) ?? [];
    const same =
      first && kindOf(first) === kindOf(machine) && first.state === machine.state && first.text === machine.text;
    if (same) all.at(-1)?.push(machine);
    else all.push([machine]);
  }
  return all;
}

const kindOf = ({ name }: MachineRow) => name.replace(/-\d+$/, '');

/** web-1 and web-2: 'web 1 2'. */
function nameOf(group: readonly MachineRow[]): string {
  const [first] = group as [MachineRow];
  const numbers = group.map(({ name }) => name.slice(kindOf(first).length + 1));
  return [kindOf(first), ...numbers].join(' ').trimEnd();
}
