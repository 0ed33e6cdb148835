/** From an address to the page that it leads to. */
import { type Visited, visit } from '../../../io/visit/visit.ts';
import type { Place } from './places.ts';

interface Hop {
  url: URL;
  status: number;
}

export interface Arrived {
  url: URL;
  page: Visited;
  /** The redirects before it. */
  hops: Hop[];
}

export const limits = { hops: 5, page: 5_000_000, image: 1_000_000, seconds: 10 };

const redirects = new Set([301, 302, 303, 307, 308]);
const accept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

/** Why there is no page is a sentence. */
export async function arrive({ url, to }: Place, signal: AbortSignal): Promise<Arrived | string> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(limits.seconds * 1000)]);
  const hops: Hop[] = [];
  for (let at = url; ; ) {
    const way = to(at);
    if (!way) return `${at.protocol} is no address of a page`;
    const page = await visit(at, { ...way, signal: inTime, most: limits.page, accept });
    if (typeof page === 'string') return hops.length > 0 ? `${at.href}: ${page}` : page;
    const { location } = page.headers;
    if (!redirects.has(page.status) || !location || !URL.canParse(location, at.href)) return { url: at, page, hops };
    hops.push({ url: at, status: page.status });
    if (hops.length > limits.hops) return `more than ${limits.hops} redirects, the last one to ${location}`;
    at = new URL(location, at);
    at.hash = '';
  }
}
