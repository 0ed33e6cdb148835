/** Why a scheduler distributes a load as it does, in words. Each was measured (docs/clustering.md). */
import { addressCount, type Load, type Scheduler } from './choice.ts';

/** What each one goes by. */
const rules: Record<Scheduler, string> = {
  rr: 'rr, round robin: each server in turn. It looks neither at weights nor at what is open.',
  wrr: 'wrr, weighted round robin: each server in turn, one of weight 3 three times as often as one of weight 1. It does not look at what is open.',
  lc: 'lc, least connections: the server with the fewest open connections; a closed one still counts a little, 1/256. It does not look at weights.',
  wlc: 'wlc, weighted least connections: the server where connections ÷ weight is least; a closed one still counts a little, 1/256.',
  lblc: 'lblc, locality-based least connections: an address that is asked for keeps its server, for the sake of what that has in its memory. Only when the server has more open than its weight, and another one less than half of its own, the address goes to the least busy one.',
  lblcr:
    'lblcr, the same with replication: an address that is asked for keeps a set of servers, of which the least busy one is taken. When that one has more open than its weight, and another one less than half of its own, the set gets one more.',
  dh: 'dh, destination hashing: the address that is asked for decides alone, by a fixed table. It looks neither at weights nor at what is open. It is for caches: each has its part of the addresses.',
  sh: "sh, source hashing: the client's address decides alone, by a fixed table in which a server has as many places in a row as its weight. It does not look at what is open.",
  sed: 'sed, shortest expected delay: the server where (open connections + 1) ÷ weight is least, so counting the one that is about to be sent: an idle heavy server is filled first. Closed ones do not count.',
  nq: 'nq, never queue: a server with nothing open gets the next connection, whatever its weight; when all are busy, as sed.',
};

/** In which way a scheduler knows more than turns. */
const kinds: Record<Scheduler, 'turns' | 'counts' | 'open' | 'source' | 'destination' | 'locality'> = {
  rr: 'turns',
  wrr: 'turns',
  lc: 'counts',
  wlc: 'counts',
  sed: 'open',
  nq: 'open',
  sh: 'source',
  dh: 'destination',
  lblc: 'locality',
  lblcr: 'locality',
};

const oneAddress = 'Only one address is asked for here, so one server gets all';
const nothingOpen = 'Each connection is closed before the next one comes, so nothing is ever open';

const short: Record<(typeof kinds)[Scheduler], string> = {
  turns: 'Connections that end at once change nothing for it.',
  counts: `${nothingOpen}; the closed ones alone are counted, and that is enough to distribute.`,
  open: `${nothingOpen}, and the same server is the best one each time.`,
  source: 'Only one client asks here, so one server gets all.',
  destination: `${oneAddress}.`,
  locality: `${oneAddress}: with nothing open it never has too much.`,
};

const effects: Record<Load, Record<(typeof kinds)[Scheduler], string>> = {
  short,
  held: {
    turns: 'That connections stay open changes nothing for it: a server that cannot close its own gets more and more.',
    counts: 'Connections that stay open are what it counts.',
    open: 'Under connections that stay open it is even with the weights, as wlc is.',
    source: 'Only one client asks here, so one server gets all, however many it has open.',
    destination: `${oneAddress}, however many it has open.`,
    locality: `${oneAddress} until it has more open than its weight; from then on others help.`,
  },
  sources: {
    ...short,
    source: `${addressCount} clients ask: each keeps its server, and by and large the servers get as many as their weights say.`,
  },
  destinations: {
    ...short,
    destination: `${addressCount} addresses are asked for: each keeps its server, and by and large the servers get as many.`,
    locality: `${addressCount} addresses are asked for: each went to the least busy server when it came first, and keeps it.`,
  },
};

export const why = (scheduler: Scheduler, load: Load): string =>
  `${rules[scheduler]} ${effects[load][kinds[scheduler]]}`;

/** Where one server only is right, and would surprise. */
export function warning(scheduler: Scheduler, load: Load): string | undefined {
  const is = kinds[scheduler];
  const right = 'One server gets everything: that is no fault.';
  if (is === 'open' && load !== 'held') return `${right} ${scheduler} needs connections that overlap.`;
  if (is === 'source' && load !== 'sources')
    return `${right} ${scheduler} needs clients with several addresses: behind a proxy or a NAT all have one.`;
  if (is === 'destination' && load !== 'destinations')
    return `${right} ${scheduler} needs several addresses to be asked for: a site has one.`;
  if (is === 'locality' && load !== 'destinations' && load !== 'held')
    return `${right} ${scheduler} needs several addresses to be asked for, or more load: a site has one.`;
  return undefined;
}
