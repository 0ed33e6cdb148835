/** Why a page was answered as it was: a row a layer, and below it what else is known of it. */
import type { Why, WhyLayer } from '../../../events.ts';
import { blank, clean, justify, type Line, span, type Tone, widthOf } from '../../line.ts';
import { pad, wrap } from '../../width.ts';

/** Without a terminal a row is one line, whatever its length. */
export function whyLines({ url, status, milliseconds, layers, next }: Why, columns = Number.POSITIVE_INFINITY): Line[] {
  const title: Line = [span(`bootdev why ${clean(url)}`, 'strong')];
  const figures: Line = [span(`${status}`, status < 400 ? 'good' : 'bad'), span(` · ${milliseconds} ms`)];
  const width = Math.min(columns, 120);
  const whole = widthOf(title) + widthOf(figures) + 2;
  const head = Number.isFinite(columns) && whole <= width ? [justify(title, figures, width)] : [title, figures];
  const widest = (texts: string[]) => Math.max(...texts.map((text) => text.length), 0);
  const widths = {
    names: widest(layers.map(({ layer }) => layer)),
    times: widest(layers.map(timeOf)),
    verdicts: widest(layers.map(verdictOf)),
    columns,
  };
  const commands = Math.max(...next.map(({ text }) => text.length), 0);
  return [
    ...head,
    ...layers.flatMap((layer) => layerLines(layer, widths)),
    ...(next.length > 0 ? [blank] : []),
    // A command is never cut: a terminal breaks it, and it can be copied whole.
    ...next.map(({ text, command }): Line => [span(`${pad(text, commands)}  `, 'dim'), span(clean(command), 'accent')]),
  ];
}

const timeOf = ({ milliseconds }: WhyLayer) =>
  milliseconds === undefined ? '' : milliseconds < 1 ? '<1 ms' : `${milliseconds} ms`;
const verdictOf = ({ verdict }: WhyLayer) => clean(verdict, 20);

interface Widths {
  names: number;
  times: number;
  verdicts: number;
  columns: number;
}

function layerLines(layer: WhyLayer, { names: layers, times, verdicts, columns }: Widths): Line[] {
  const { text, notes } = layer;
  const start: Line = [
    span(pad(layer.layer, layers)),
    span(`  ${timeOf(layer).padStart(times)}  `, 'dim'),
    span(`${pad(verdictOf(layer), verdicts)}  `, toneOf(layer)),
  ];
  const indent = widthOf(start);
  const lines = (text ? broken(text, columns - indent) : ['']).map(
    (words, at): Line => (at === 0 ? [...start, span(words)] : [span(' '.repeat(indent)), span(words)]),
  );
  const names = Math.max(...notes.map(({ name }) => name.length), 0);
  const more = notes.flatMap(({ name, text: words }) =>
    broken(words, columns - indent - names - 2).map(
      (part, at): Line => [span(`${' '.repeat(indent)}${pad(at === 0 ? name : '', names)}  `, 'dim'), span(part)],
    ),
  );
  return [...lines, ...more];
}

/** Lines that fit; a word that is wider than that, such as a key, goes on in the next. */
function broken(text: string, columns: number): string[] {
  if (!Number.isFinite(columns)) return [clean(text)];
  const width = Math.max(columns, 20);
  return wrap(clean(text), width).flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
}

function toneOf({ verdict, reason }: WhyLayer): Tone | undefined {
  if (verdict === 'hit' || verdict === 'file') return 'good';
  if (/^[45]\d\d$/.test(verdict) || reason === 'no-line') return 'bad';
  return ['miss', 'stale', 'bypass', 'off'].includes(verdict) ? 'work' : undefined;
}
