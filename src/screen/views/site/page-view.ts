/** What a page has of all that search engines and social networks read, a row each. */
import type { PageCheck, PageRow } from '../../../events.ts';
import { blank, clean, type Line, span, type Tone } from '../../line.ts';
import { pad, wrap } from '../../width.ts';
import { count } from '../../words.ts';

const icons: Record<PageRow['state'], { glyph: string; tone: Tone }> = {
  good: { glyph: '✓', tone: 'good' },
  missing: { glyph: '!', tone: 'work' },
  none: { glyph: '·', tone: 'dim' },
};

export function pageTable({ url, rows, advice }: PageCheck, columns = 100): Line[] {
  const width = Math.min(columns, 120);
  const missing = rows.filter(({ state }) => state === 'missing').length;
  const names = Math.max(...rows.map(({ name }) => name.length), 0);
  return [
    [span(clean(url), 'accent')],
    [missing > 0 ? span(`${count(missing, 'row')} to look at`, 'work') : span('nothing is missing', 'good')],
    blank,
    ...rows.flatMap((row) => rowLines(row, names, width)),
    ...(advice ? [blank, ...wrap(advice, width).map((line): Line => [span(line, 'dim')])] : []),
  ];
}

function rowLines({ name, state, text, remedy }: PageRow, names: number, width: number): Line[] {
  const { glyph, tone } = icons[state];
  const indent = ' '.repeat(names + 4);
  const room = Math.max(width - indent.length, 30);
  const [first = '', ...others] = wrap(clean(text), room);
  return [
    [span(glyph, tone), span(` ${pad(name, names)}  `), span(clean(first, room))],
    ...others.map((line): Line => [span(`${indent}${clean(line, room)}`)]),
    ...(remedy
      ? wrap(remedy, room - 2).map((line, at): Line => [span(`${indent}${at === 0 ? '→' : ' '} ${line}`, 'dim')])
      : []),
  ];
}
