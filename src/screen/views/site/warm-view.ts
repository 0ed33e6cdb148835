/** What a run of the pre-warmer found in the micro-caches, what it made, and why it ended. */
import { formatDuration } from '../../../duration.ts';
import type { Warm } from '../../../events.ts';
import { clean, type Line, span } from '../../line.ts';
import { count } from '../../words.ts';

const sources = { sitemap: 'of the sitemap', links: 'by links from the front page', named: 'that were named' };
const ends: Record<Warm['ended'], string> = {
  done: '',
  time: 'Ended when what it made first is gone (cache.ttl), at most after half an hour: a higher cache.warmRate reaches more.',
  slow: 'Ended early: pages took three times as long as at the beginning.',
  errors: 'Ended early: half of the last ten answers of a web machine were errors.',
  stopped: 'Stopped.',
};

export function warmLines(warm: Warm): Line[] {
  const { addresses, variants, machines, source, hitBefore, hitAfter, made, unstored, errors } = warm;
  const of = `${addresses === 1 ? '1 address' : `${addresses} addresses`} ${sources[source]} · ${count(variants, 'variant')} · ${count(machines, 'web machine')}`;
  const rate = `${count(warm.requests, 'request')} in ${formatDuration(warm.seconds)}, ${warm.perSecond} a second`;
  const results = [
    `${made} made`,
    ...(unstored > 0 ? [`${unstored} that are never stored`] : []),
    ...(errors > 0 ? [`${errors} errors`] : []),
  ];
  const end = ends[warm.ended];
  return [
    [span(of)],
    [span(rate, 'dim')],
    [span(`hit ratio ${hitBefore} % → ${hitAfter ?? '?'} %`, 'strong'), span(` · ${results.join(' · ')}`)],
    ...warm.notes.map((note): Line => [span(clean(note), 'dim')]),
    ...(end ? [[span(end, warm.ended === 'stopped' || warm.ended === 'time' ? 'work' : 'bad')] as Line] : []),
  ];
}
