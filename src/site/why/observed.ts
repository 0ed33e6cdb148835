/** What was observed of one request: the answer, and what the machines' logs say of it. */
import type { Visited } from '../../io/network.ts';

/** A line of haproxy's log (docker/roles/haproxy: log-format). Times in milliseconds; -1: it did not come so far. */
export interface BalancerLine {
  frontend: string;
  backend: string;
  /** <NOSRV>: none. */
  server: string;
  /** IP of the machine that answered; '' where none did. */
  address: string;
  /** Until the head of the request was there, in the queue, for the connection, until the head of the answer, in all. */
  times: { request: number; queue: number; connect: number; response: number; all: number };
  status: number;
  /** Four letters: who ended it, when, and two of the cookie (haproxy's manual, 8.5). */
  end: string;
  retries: number;
  /** The last try was at another machine. */
  redispatched: boolean;
}

/** A page's file in the micro-cache, as nginx' clock has it (seconds): there, or taken out. */
type StoredPage =
  | { at: number; until: number; grace: number; stale: number }
  | { removed: number; by: 'purge' | 'prelude' };

export type CookieKind = 'session' | 'vary' | 'harmless' | 'unknown' | 'ignored';

/** A line of nginx' log for `bootdev why` (docker/roles/nginx: why.js). What it has of visitors and of the site is their own words. */
export interface NginxLine {
  why: string;
  /** Seconds since 1970, at the end of the request. */
  now: number;
  asked: string;
  status: number;
  seconds: number;
  bytes: number;
  cookies: { name: string; kind: CookieKind }[];
  /** nginx answered by itself, from this path or for want of it. */
  file?: string;
  /** $upstream_cache_status; OFF: there is no micro-cache; absent: this address has none. */
  cache?: string;
  key?: { encoding: string; scheme: string; root: string; host: string; address: string; vary: string[] };
  skip?: { reasons: string[]; credentials: string[] };
  /** Before the answer: this page; the other encodings that have it; whether visitors without cookies have it. Absent: nobody looked. */
  seen?: { here: StoredPage | null; encodings: string[]; bare: boolean };
  /** Milliseconds in which another request built the page. */
  waited?: number;
  php?: PhpLine;
}

/** What PHP said. `page`: 1, or why the prelude let it not be stored; absent: it did not see it whole, or was not to decide. */
export interface PhpLine {
  status: string;
  head?: string;
  seconds?: string;
  page?: string;
  control?: string;
  vary?: string;
  expires?: string;
  accel?: string;
}

export interface Observed {
  /** As it was asked for. */
  url: string;
  answer: Visited;
  /** Absent: the replica has no CDN. */
  cdn?: { fresh: boolean } | undefined;
  lb: BalancerLine | undefined;
  /** Where nginx' line was found: more than one where a machine ended without an answer. */
  nginx: { machine: string; line: NginxLine } | undefined;
  /** The machine by the address that haproxy names. */
  machine: string | undefined;
  /** Web machines, as they are now. */
  web: { name: string; state: string }[];
  settings: {
    domain: string;
    application: string;
    algorithm: 'leastconn' | 'roundrobin' | 'random';
    /** LVS', where that distributes. */
    scheduler?: string;
    ttl: number;
    grace: number;
    stale: number;
  };
}
