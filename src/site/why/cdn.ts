import type { WhyLayer } from '../../events.ts';
import type { Observed } from './observed.ts';

/** What the replica's CDN did with the request, by its own headers; undefined: there is none. (docker/roles/cdn; docs/cdn.md) */
export function explainCdn({ answer, cdn, lb }: Observed): WhyLayer | undefined {
  if (!cdn) return undefined;
  const said = /^(\w+) from cdn$/.exec(answer.headers['x-cache']?.[0] ?? '')?.[1] ?? '';
  const layer = { layer: 'cdn' as const, milliseconds: Math.round(answer.milliseconds), notes: [] };
  const seconds = answer.headers.age?.[0];
  if (isHit(said)) {
    const reason = said === 'Hit' ? 'edge-hit' : 'edge-unchanged';
    const text =
      said === 'Hit' ? `stored ${seconds ?? '?'} s ago; nothing behind it was asked` : 'asked again, and unchanged';
    return { ...layer, verdict: 'hit', reason, text };
  }
  const verdict = said === 'Miss' ? 'miss' : String(answer.status);
  if (!lb && answer.status !== 200) return { ...layer, verdict, ...byItself(answer.status) };
  return { ...layer, verdict, ...passedOn(answer.headers, cdn) };
}

/** `said`: first word of its X-Cache. */
export const isHit = (said: string) => said === 'Hit' || said === 'RefreshHit';

function byItself(status: number) {
  if (status === 301)
    return { reason: 'redirect-by-cdn', text: 'it redirects http to https by itself (balancer.https)' };
  if (status === 421) return { reason: 'other-site', text: 'not a name of this site; no machine was asked' };
  return { reason: 'no-balancer', text: 'the balancer gave no answer, and nothing is kept of this address' };
}

function passedOn(headers: Observed['answer']['headers'], { fresh }: NonNullable<Observed['cdn']>) {
  const control = headers['cache-control']?.join(', ') ?? '';
  if (fresh) return { reason: 'fresh', text: 'passed by, because of --fresh' };
  if (/no-store|no-cache|private/.test(control))
    return { reason: 'cache-control', text: `not kept: Cache-Control: ${control}` };
  const [, seconds] = /s-maxage=(\d+)/.exec(control) ?? /max-age=(\d+)/.exec(control) ?? [];
  if (seconds === undefined) return { reason: 'silent', text: 'not kept: no header says for how long' };
  if (Number(seconds) === 0) return { reason: 'cache-control', text: `kept for no time: Cache-Control: ${control}` };
  return {
    reason: 'edge-miss',
    text: `was not there; kept now, as Cache-Control: ${control} says (a page: a minute at most)`,
  };
}
