import type { Why, WhyLayer } from '../../events.ts';
import { explainBalancer } from './balancer.ts';
import { explainCdn } from './cdn.ts';
import { explainNginx } from './nginx.ts';
import type { Observed } from './observed.ts';
import { explainPhp } from './php.ts';

/** What was observed of a request → why it was answered so, layer by layer. Pure. `typed`: the address as a shell takes it. */
export function explain(observed: Observed, { id, typed }: { id?: string | undefined; typed: string }): Why {
  const { url, answer, nginx } = observed;
  const cdn = explainCdn(observed);
  const layers = [
    ...(cdn ? [cdn] : []),
    // What the CDN answered by itself is in no other log.
    ...(cdn && !observed.lb ? [] : [explainBalancer(observed)]),
    ...(nginx ? insideOf(observed, nginx.line) : unseen(observed)),
  ];
  // With the same cookies it would be shown with their values, which may be somebody's login.
  const alone = nginx?.line.cookies.length === 0 && layers.some(({ reason }) => reason === 'not-asked');
  return {
    ...{ url, status: answer.status, milliseconds: Math.round(answer.milliseconds), layers },
    ...(id ? { id } : {}),
    next: [
      ...(alone ? [{ text: 'see it built', command: `bootdev why --fresh ${typed}` }] : []),
      ...(answer.status >= 500 ? [{ text: 'see the machines', command: 'bootdev status' }] : []),
      ...(id ? [{ text: 'all of its lines', command: `bootdev logs --grep ${id}` }] : []),
    ],
  };
}

const insideOf = (observed: Observed, line: NonNullable<Observed['nginx']>['line']): WhyLayer[] => [
  explainNginx(line, observed),
  ...explainPhp(line, observed),
];

/** Where haproxy says that a machine answered, and that machine's log does not. */
function unseen({ lb, machine }: Observed): WhyLayer[] {
  if (!lb || !machine || /^[LP]/.test(lb.end)) return [];
  const text = `the log of ${machine} has no line of this request`;
  return [{ layer: 'nginx', verdict: '?', reason: 'no-line', text, notes: [] }];
}
