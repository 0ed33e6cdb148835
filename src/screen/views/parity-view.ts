/** The parity report: one table per part, differences with their reasons, and the number of rows that are the same. */
import type { Parity, ParityRow } from '../../events.ts';
import { blank, justify, type Line, span, type Tone } from '../line.ts';
import { columnsOf, pad, truncate } from '../width.ts';
import { count, short } from '../words.ts';

const titles: Record<ParityRow['part'], string> = {
  configuration: 'configuration',
  release: 'code',
  parameters: 'parameters',
  cdn: 'CDN',
  bucket: 'bucket',
  capacity: 'depends on size',
  packages: 'packages',
  accepted: 'accepted differences',
};

const rowIcons: Record<ParityRow['state'], { glyph: string; tone: Tone }> = {
  same: { glyph: '✓', tone: 'good' },
  size: { glyph: '·', tone: 'dim' },
  accepted: { glyph: '·', tone: 'dim' },
  differs: { glyph: '✗', tone: 'bad' },
};

export function parityTable(parity: Parity): Line[] {
  const parts = Object.keys(titles) as ParityRow['part'][];
  return [
    title(parity),
    ...parts.flatMap((part) => {
      const rows = parity.rows.filter((row) => row.part === part);
      if (rows.length === 0) return [];
      return [blank, ...(part === 'accepted' ? acceptedLines(rows) : table(part, rows))];
    }),
  ];
}

/** The report in a few lines, for a screen that also shows other things. */
export function paritySummary({ rows, environment }: Parity, { width, room }: { width: number; room: number }): Line[] {
  const wrong = rows.filter(({ state }) => state === 'differs');
  const sides = environment ? `settings, replica and ${environment}` : 'settings and replica';
  if (wrong.length === 0) return [[span('  ✓', 'good'), span(` parity: ${sides} are the same in ${rows.length} rows`)]];
  const shown = wrong
    .slice(0, room - 1)
    .map(
      ({ name, text = '' }): Line => [
        span('    ✗', 'bad'),
        span(` ${truncate(`${name}: ${text.split('\n')[0]}`, width - 6)}`),
      ],
    );
  const more = wrong.length - shown.length;
  return [
    [span('  ✗', 'bad'), span(` parity: ${count(wrong.length, 'difference')} between ${sides}`, 'bad')],
    ...shown,
    ...(more > 0 ? [[span(`      ${more} more: bootdev parity`, 'dim')]] : []),
  ];
}

function title({ project, environment, root, rows }: Parity): Line {
  const wrong = rows.filter(({ state }) => state === 'differs').length;
  const sides = environment ? `settings, replica and ${environment}` : 'settings and replica';
  const words = wrong
    ? span(`${count(wrong, 'difference')} between ${sides}`, 'bad')
    : span(`${sides} are the same`, 'good');
  return justify([span(project, 'strong'), span(' · '), words], [span(`bundle ${short(root)}`, 'dim')], 80);
}

function table(part: ParityRow['part'], rows: readonly ParityRow[]): Line[] {
  const whole = rows.filter(({ minor, state }) => !minor || state === 'differs');
  const columns = (['settings', 'replica', 'aws'] as const).filter((side) => rows.some((row) => row[side] !== ''));
  const titled = [titles[part], ...(whole.length > 0 ? columns : [])];
  const texts = whole.map((row) => [`${rowIcons[row.state].glyph} ${row.name}`, ...columns.map((side) => row[side])]);
  const widths = titled.map((_, column) =>
    Math.max(...[titled, ...texts].map((each) => columnsOf(each[column] ?? ''))),
  );
  const padded = (cells: string[]) => cells.map((text, column) => pad(text, (widths[column] ?? 0) + 2));
  const [name = '', ...sides] = padded(titled);
  return [
    [span(name, 'strong'), ...sides.map((side) => span(side, 'dim'))],
    ...texts.flatMap((cells, index): Line[] => {
      const row = whole[index] as ParityRow;
      const [first = '', ...rest] = padded(cells);
      const { tone } = rowIcons[row.state];
      return [
        [span(first.slice(0, 1), tone), span(first.slice(1)), ...rest.map((text) => span(text))],
        ...reasons(row),
      ];
    }),
    ...counted(rows.filter((row) => !whole.includes(row))),
  ];
}

function reasons({ text, state }: ParityRow): Line[] {
  if (!text) return [];
  return text.split('\n').map((line) => [span(`    ${line}`, state === 'differs' ? 'bad' : 'dim')]);
}

/** Rows that are only counted: how many, and why they may differ where they do. */
function counted(rows: readonly ParityRow[]): Line[] {
  const reasonOf = ({ state, text = '' }: ParityRow) => (state === 'same' ? '' : text);
  return [...new Set(rows.map(reasonOf))].map((reason) => {
    const number = rows.filter((row) => reasonOf(row) === reason).length;
    if (!reason) return [span('✓', 'good'), span(` ${number} more: the same`)];
    return [span('·', 'dim'), span(` ${number} more: `), span(reason, 'dim')];
  });
}

function acceptedLines(rows: readonly ParityRow[]): Line[] {
  return [
    [span(titles.accepted, 'strong')],
    ...rows.flatMap(({ name, replica, aws, text }): Line[] => [
      [span('·', 'dim'), span(` ${name}: `), span(`${replica} here, ${aws} on AWS`)],
      [span(`    ${text}`, 'dim')],
    ]),
  ];
}
