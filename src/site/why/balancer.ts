import type { WhyLayer } from '../../events.ts';
import type { BalancerLine, Observed } from './observed.ts';

/** What haproxy did with the request. */
export function explainBalancer(observed: Observed): WhyLayer {
  const { lb, answer } = observed;
  if (!lb) {
    const text = 'its log has no line of this request yet';
    return { layer: 'lb', verdict: '?', reason: 'no-line', text, notes: [] };
  }
  const notes = lb.server === noServer ? [] : wayNotes(lb);
  const layer = { layer: 'lb' as const, milliseconds: Math.max(0, lb.times.all), notes };
  const verdict = String(answer.status);
  const [who = '-', when = '-'] = lb.end;
  if (who === 'L' && when === 'R') return { ...layer, verdict, reason: 'redirect-by-lb', text: redirectText(observed) };
  if (who === 'P') return { ...layer, verdict, ...refusal(observed) };
  if (lb.server === noServer || (who !== '-' && 'CQH'.includes(when))) {
    return {
      ...layer,
      verdict,
      ...failure(who, when, observed),
      notes: [...notes, { name: 'web', text: states(observed) }],
    };
  }
  return { ...layer, verdict: observed.machine ?? observed.nginx?.machine ?? lb.server, ...choice(lb, observed) };
}

const noServer = '<NOSRV>';

function redirectText({ answer }: Observed): string {
  const [to = 'another address'] = answer.headers.location ?? [];
  return `it redirects http to ${to} by itself (balancer.https: redirect); no machine was asked`;
}

function refusal({ answer, settings }: Observed) {
  if (answer.status === 421)
    return {
      reason: 'other-site',
      text: `not a name of this site (site.domain is ${settings.domain}); no machine was asked`,
    };
  return { reason: 'refused-by-lb', text: 'refused by its own rules (docker/roles/haproxy); no machine was asked' };
}

function failure(who: string, when: string, { lb, settings }: Observed) {
  const patience = `timeout server is a little more than php.maxExecutionTime`;
  if (when === 'C' || lb?.server === noServer)
    return { reason: 'no-machine', text: 'no web machine takes a connection: the page for that is its own (503.html)' };
  if (when === 'Q') return { reason: 'queue', text: 'no web machine had a place for it in time' };
  if (who === 's') return { reason: 'machine-too-late', text: `the machine did not answer in time (${patience})` };
  if (who === 'S') return { reason: 'machine-ended', text: 'the machine closed the connection without an answer' };
  return { reason: 'visitor-ended', text: `this computer ended the request (${settings.domain})` };
}

function choice(lb: BalancerLine, { settings, web }: Observed) {
  if (lb.backend === 'anyway')
    return { reason: 'no-healthy-machine', text: 'no web machine passes its check, so any of them is asked' };
  if (lb.redispatched || lb.retries > 0)
    return { reason: 'retried', text: `asked again: another try before it failed (${lb.retries} of balancer.retries)` };
  if (lb.end[2] === 'V')
    return { reason: 'sticky', text: 'the machine that the cookie BOOTDEVLB names (balancer.sticky)' };
  if (web.filter(({ state }) => state === 'running').length === 1)
    return { reason: 'only-machine', text: 'the only web machine that runs' };
  if (settings.scheduler)
    return { reason: 'lvs', text: `LVS gave it this connection, by ${settings.scheduler}; it knows no requests` };
  const how = {
    leastconn: 'the machine with the fewest requests at this moment',
    roundrobin: 'each machine in turn',
    random: 'the less busy of two machines by chance',
  };
  return { reason: settings.algorithm, text: `${settings.algorithm}: ${how[settings.algorithm]}` };
}

/** Only what took time: a connection in the replica takes none. */
function wayNotes({ times: { request, queue, connect } }: BalancerLine) {
  const slow = [
    ...(request > 20 ? [`${request} ms for the head of the request`] : []),
    ...(queue > 0 ? [`${queue} ms in the queue`] : []),
    ...(connect > 5 ? [`${connect} ms for the connection`] : []),
  ];
  return slow.length > 0 ? [{ name: 'waited', text: slow.join(' · ') }] : [];
}

const states = ({ web }: Observed) =>
  web
    .map(({ name, state }) => `${name} ${state}`)
    .sort()
    .join(' · ') || 'there is none';
