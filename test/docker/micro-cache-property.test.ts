/** The micro-cache under random requests: what an uncached twin answers, and what a page's own history allows. */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const ttl = 2;
const grace = 1;
const site = join(import.meta.dirname, 'property-site');
const cache = { ttl, grace, varyCookies: ['age_ok'], sessionCookies: ['shopsid'] };
let first: WebMachine;
let second: WebMachine;
let uncached: WebMachine;

beforeAll(async () => {
  [first, second, uncached] = await Promise.all([
    startWebMachine(site, { application: 'php', cache }),
    startWebMachine(site, { application: 'php', cache }),
    startWebMachine(site, { application: 'php', cache: { ...cache, enabled: false } }),
  ]);
});
afterAll(() => Promise.all([first, second, uncached].map((machine) => machine?.remove())));

/** A repeatable sequence of numbers (mulberry32): a failure can be looked at again by its seed. */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const one = <Item>(items: readonly Item[]) => items[Math.floor(next() * items.length)] as Item;
  return { next, one, some: <Item>(items: readonly Item[], chance: number) => items.filter(() => next() < chance) };
}

const seed = Number(process.env.BOOTDEV_TEST_SEED ?? 20261128);
const workers = 12;

/** Runs `work` again and again, some at once, as long as `more` says so. */
async function crowd(more: (index: number) => boolean, work: (index: number) => Promise<void>) {
  let next = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (more(next)) await work(next++);
    }),
  );
}

test('5,000 random requests get what an uncached twin answers', { timeout: 240_000 }, async () => {
  const { next, one, some } = random(seed);
  const folders = ['', 'translated/', 'gone/', 'moved/', 'forbidden/'];
  const makeRequest = () => {
    const args = some(
      ['a=1', 'a=2', 'b=%7C', 'utm_source=x', 'gclid=AAA', 'gclid=BBB', '_gl=1', 'c', 'd=e|f', 'q=%3F'],
      0.06,
    );
    const cookies = some(
      ['_ga=GA1', '_gat_x=1', 'age_ok=1', 'age_ok=2', 'shopsid=s1', 'shopsid=s2', 'auth=a', 'x=y z'],
      0.04,
    );
    const headers: Record<string, string> = { host: next() < 0.9 ? 'site.test' : one(['other.test', 'site.test:81']) };
    if (cookies.length > 0) headers.cookie = cookies.join('; ');
    if (next() < 0.5)
      headers['accept-encoding'] = one(['gzip', 'br', 'gzip, deflate, br', 'identity', 'gzip;q=0, br;q=0']);
    if (next() < 0.15) headers['accept-language'] = one(['de', 'fr', 'en']);
    if (next() < 0.1) headers['x-forwarded-proto'] = one(['https', 'http']);
    if (next() < 0.04) headers.authorization = one(['Basic eA==', 'Bearer y']);
    if (next() < 0.03) headers['x-api-key'] = one(['k1', 'k2']);
    if (next() < 0.03) headers['x-auth-token'] = one(['t1', 't2']);
    if (next() < 0.02) headers['x-http-method-override'] = 'DELETE';
    const method = next() < 0.9 ? 'GET' : one(['HEAD', 'POST', 'PUT', 'OPTIONS']);
    const body = method === 'POST' || method === 'PUT' || next() < 0.02 ? one(['x=1', 'x=2']) : undefined;
    if (body) headers['content-length'] = String(body.length);
    const path = `/${one(folders)}${one(['a', 'b', 'c', 'a%2Fb', 'é', 'index', 's|q=a', 's%7Cq=a'].map(encodeURI))}`;
    return { path: args.length > 0 ? `${path}?${args.join('&')}` : path, method, headers, ...(body ? { body } : {}) };
  };
  const requests = Array.from({ length: 5000 }, makeRequest);
  const wrong: unknown[] = [];
  const counts: Record<string, number> = {};
  await crowd(
    (index) => index < requests.length,
    async (index) => {
      const request = requests[index] as ReturnType<typeof makeRequest>;
      const [here, there] = await Promise.all([
        ask(`${first.url}${request.path}`, request),
        ask(`${uncached.url}${request.path}`, request),
      ]);
      counts[here.cache] = (counts[here.cache] ?? 0) + 1;
      const told = ({ status, text, headers }: typeof here) => ({ status, text, location: headers.location });
      if (JSON.stringify(told(here)) !== JSON.stringify(told(there)))
        wrong.push({ request, here: told(here), there: told(there) });
    },
  );
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(counts.HIT).toBeGreaterThan(500); // else nothing was tried
});

test('500 random histories on two machines: nobody sees a state older than TTL + grace', {
  timeout: 120_000,
}, async () => {
  const { one } = random(seed + 1);
  /** As property-site/index.php has it. */
  const versionAt = (page: number, time: number) => {
    const period = 1500 + ((page * 7919) % 4500);
    return Math.floor((Math.floor(time) + ((page * 104_729) % period)) / period);
  };
  const statusOf = (page: number, version: number) => ({ 3: 403, 4: 404 })[crc32(`${page} ${version}`) % 8] ?? 200;
  const late: unknown[] = [];
  const seen: Record<string, number> = {};
  const end = Date.now() + 20_000;
  await crowd(
    () => Date.now() < end,
    async (index) => {
      const page = index % 500;
      const asked = Date.now();
      const answer = await ask(`${one([first, second]).url}/history/${page}`, {
        headers: { host: 'site.test', 'accept-encoding': one(['', 'gzip', 'br']) },
      });
      seen[answer.cache] = (seen[answer.cache] ?? 0) + 1;
      const version = Number(answer.text);
      const oldest = versionAt(page, asked - (ttl + grace) * 1000 - 50); // PHP's own time, from its clock to its answer
      if (version < oldest || answer.status !== statusOf(page, version)) {
        late.push({ page, version, oldest, status: answer.status, cache: answer.cache });
      }
    },
  );
  expect(late.slice(0, 5)).toEqual([]);
  expect(seen.HIT).toBeGreaterThan(100);
});
