/** Why it failed, what is left, what to type. Pure. */
import type { Failure } from '../../events.ts';
import { clean, type Line, span, type Tone } from '../line.ts';
import { pad, wrap } from '../width.ts';

const labelWidth = 11;

export function failureLines({ name, what, cause, now, next, log }: Failure, width: number): Line[] {
  const room = Math.max(width - labelWidth - 3, 20);
  const part = (label: string, texts: readonly string[], tone?: Tone): Line[] =>
    texts
      .flatMap((text) => wrap(clean(text), room))
      .map((text, index) => [span(`    ${pad(index ? '' : label, labelWidth - 2)}`, 'dim'), span(text, tone)]);
  return [
    [span('  '), span('✗', 'bad'), span(` ${pad(name, labelWidth - 3)} `, 'strong'), span(what)],
    ...(log ? part(`log`, [`the end of ${log.source}'s boot log:`, ...log.lines], 'dim') : []),
    ...part('cause', cause, 'bad'),
    ...part('now', [now]),
    ...part('next', next, 'accent'),
  ];
}
