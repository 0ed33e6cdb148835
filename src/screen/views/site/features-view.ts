/** The table of features, in groups: on a terminal as wide as the terminal, in a pipe a line each. */
import type { FeatureRow, Features } from '../../../events.ts';
import { blank, clean, type Line, span, type Tone } from '../../line.ts';
import { pad, wrap } from '../../width.ts';

/** Words of each state, its colour and its sign. */
const states: Record<FeatureRow['state'], { word: string; tone: Tone; glyph: string }> = {
  works: { word: 'works', tone: 'good', glyph: '✓' },
  fails: { word: 'fails', tone: 'bad', glyph: '✗' },
  'set-up': { word: 'set up', tone: 'accent', glyph: '·' },
  waits: { word: 'waits', tone: 'work', glyph: '●' },
  off: { word: 'off', tone: 'dim', glyph: '·' },
  absent: { word: 'not there', tone: 'dim', glyph: '·' },
  'not-asked': { word: 'not asked', tone: 'work', glyph: '●' },
};

const proofs: Record<FeatureRow['proved'], string> = {
  request: 'request',
  test: 'test',
  nobody: 'nobody',
  'not-asked': 'not asked',
};

const widths = { title: 19, state: 11, proved: 11 };
const indent = 2 + widths.title + widths.state + widths.proved;

/** `columns`: of the terminal; a pipe has none. */
export function featuresTable(features: Features, columns = Number.POSITIVE_INFINITY): Line[] {
  const width = Number.isFinite(columns) ? Math.min(columns, 120) - 1 : columns;
  const groups = [...new Set(features.rows.map(({ group }) => group))];
  return [
    [span(features.project, 'strong'), span(` · ${features.application}`)],
    counts(features),
    [span(`  ${pad('feature', widths.title)}${pad('state', widths.state)}${pad('proved by', widths.proved)}`, 'dim')],
    ...groups.flatMap((group) => [
      [span(group, 'strong')],
      ...features.rows.filter((row) => row.group === group).flatMap((row) => rowLines(row, width)),
    ]),
    ...foot(features),
  ];
}

function counts({ rows }: Features): Line {
  const counted = (Object.keys(states) as FeatureRow['state'][]).flatMap((state) => {
    const number = rows.filter((row) => row.state === state).length;
    return number > 0 ? [span(' · '), span(`${number} ${states[state].word}`, states[state].tone)] : [];
  });
  return counted.slice(1);
}

function rowLines({ title, state, proved, text, next }: FeatureRow, width: number): Line[] {
  const { word, tone, glyph } = states[state];
  const words = clean(next ? `${text} → ${next}` : text);
  const [first = '', ...others] = Number.isFinite(width) ? wrap(words, Math.max(width - indent, 24)) : [words];
  const wordTone = state === 'fails' ? 'bad' : undefined;
  return [
    [
      span(glyph, tone),
      span(` ${pad(title, widths.title)}`),
      span(pad(word, widths.state), tone),
      span(pad(proofs[proved], widths.proved), proved === 'request' ? undefined : 'dim'),
      span(first, wordTone),
    ],
    ...others.map((line): Line => [span(`${' '.repeat(indent)}${line}`, wordTone)]),
  ];
}

/** What the third column means; where nothing was asked, how it would be. */
function foot({ running }: Features): Line[] {
  const words = running
    ? 'request: seen just now, by a request of this command · test: by our tests, not now · nobody: by nobody yet'
    : 'Nothing was asked, since the replica does not run: bootdev up';
  return [blank, ...wrap(words, 79).map((line): Line => [span(line, running ? 'dim' : 'work')])];
}
