import type { Settings } from '../../settings/schema.ts';

/** What an ALB does in place of the replica's balancer, and what is lost; '' for nothing. */
export interface OnAlb {
  algorithm: 'least_outstanding_requests' | 'round_robin' | 'weighted_random';
  sticky: boolean;
  lost: string;
}

const ofHaproxy = {
  leastconn: 'least_outstanding_requests',
  roundrobin: 'round_robin',
  random: 'weighted_random',
} as const satisfies Record<Settings['balancer']['algorithm'], OnAlb['algorithm']>;

const none = { algorithm: 'least_outstanding_requests', lost: 'an ALB has nothing like it' } as const;

/** LVS distributes connections, an ALB requests. */
const ofScheduler: Record<Settings['balancer']['scheduler'], Omit<OnAlb, 'sticky'>> = {
  rr: { algorithm: 'round_robin', lost: 'each request in turn, not each connection' },
  wrr: { algorithm: 'weighted_random', lost: 'by chance, and all machines weigh the same' },
  lc: { algorithm: 'least_outstanding_requests', lost: 'it counts requests, not connections' },
  wlc: {
    algorithm: 'least_outstanding_requests',
    lost: 'it counts requests, not connections, and all machines weigh the same',
  },
  sh: { algorithm: 'least_outstanding_requests', lost: 'a visitor is kept by a cookie, not by his address' },
  sed: none,
  nq: none,
  dh: none,
  lblc: none,
  lblcr: none,
};

export function onAlb({ kind, algorithm, sticky, scheduler }: Settings['balancer']): OnAlb {
  if (kind === 'haproxy') return { algorithm: ofHaproxy[algorithm], sticky: sticky === 'cookie', lost: '' };
  return { ...ofScheduler[scheduler], sticky: scheduler === 'sh' };
}
