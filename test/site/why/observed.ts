/** One request's observation: a page of the cache; what a situation changes is laid over it. */
import type { NginxLine, Observed } from '../../../src/site/why/observed.ts';
import { readBalancer } from '../../../src/site/why/read.ts';

export const id = '0a1b2c3d-0000-4000-8000-000000000001';
const now = 1_000_000;

/** What a situation changes; undefined: it is not in the line. */
export type Line = { [Name in keyof NginxLine]?: NginxLine[Name] | undefined };

/** As haproxy writes it. */
export const balancerLine = (
  over: Partial<Record<'way' | 'times' | 'status' | 'end' | 'counts' | 'address', string>> = {},
) => {
  const { way = 'https~ web/web-2', times = '0/0/0/4/4', status = '200', end = '----' } = over;
  const { counts = '1/1/0/0/0', address = '172.20.0.7' } = over;
  const head = `haproxy | 172.20.0.1:51000 [29/Nov/2026:05:20:35.123] ${way}`;
  return `${head} ${times} ${status} 523 - - ${end} ${counts} 0/0 "GET https://shop.localhost/news HTTP/1.1" ${id} ${address}`;
};

export const nginxLine = (over: Line = {}) =>
  ({
    ...{ why: id, now, asked: 'asked', status: 200, seconds: 0.004, bytes: 500, cookies: [], cache: 'HIT', waited: 0 },
    key: {
      ...{ encoding: 'br', scheme: 'https', host: 'shop.localhost:8443', address: '/news', vary: [] },
      root: '/srv/code/releases/a41f00c9d3/web',
    },
    skip: { reasons: [], credentials: [] },
    seen: { here: { at: now - 6, until: now + 3, grace: 1, stale: 86_400 }, encodings: [], bare: false },
    ...over,
  }) as NginxLine;

/** PHP answered, and may be kept. */
export const php = (over: NonNullable<NginxLine['php']> | object = {}) => ({
  php: { status: '200', head: '0.050', seconds: '0.052', page: '1', accel: `@${now + 9}`, control: '', ...over },
});
export const nothingStored = { seen: { here: null, encodings: [], bare: false } };
export const removed = (by: 'purge' | 'prelude') => ({
  seen: { here: { removed: now - 3, by }, encodings: [], bare: false },
});

export function observed(line: Line | undefined = {}, over: Partial<Observed> = {}): Observed {
  return {
    url: 'https://shop.localhost:8443/news',
    answer: { status: line?.status ?? 200, headers: {}, milliseconds: 12.4, bytes: 500 },
    lb: readBalancer([balancerLine()], id),
    nginx: line && { machine: 'web-2', line: nginxLine(line) },
    machine: 'web-2',
    web: [
      { name: 'web-1', state: 'healthy' },
      { name: 'web-2', state: 'healthy' },
    ],
    settings: {
      domain: 'shop.localhost',
      application: 'php',
      algorithm: 'leastconn',
      ttl: 10,
      grace: 1,
      stale: 86_400,
    },
    ...over,
  };
}
