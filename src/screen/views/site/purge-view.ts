/** What a purge took out of which machine's micro-cache, and which did not answer. */
import type { Purge } from '../../../events.ts';
import { type Line, span } from '../../line.ts';
import { count, icons } from '../../words.ts';

export function purgeLines({ pages, machines, failed }: Purge): Line[] {
  const each = machines.map(({ machine, pages: own }) => `${machine} ${own}`).join(' · ');
  const { glyph, tone } = icons.failed;
  return [
    [span(`${count(pages, 'stored page')} removed`), span(each && `  ${each}`, 'dim')],
    ...failed.map(({ machine, error }): Line => [span(glyph, tone), span(` ${machine} was not purged: ${error}`)]),
  ];
}
