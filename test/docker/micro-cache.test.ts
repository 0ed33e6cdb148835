/**
 * The micro-cache's two promises: never another visitor's page; and at TTL + grace no page that PHP no longer gives. The trials W1–W8 of
 * sites that were not written for bootdev (trials-site/index.php), on a real web machine.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const ttl = 2;
const grace = 1;
let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'trials-site'), {
    application: 'php',
    cache: { ttl, grace, sessionCookies: ['shopsid'], varyCookies: ['age_ok'] },
  });
});
afterAll(() => machine?.remove());

const get = (path: string, headers: Record<string, string> = {}) => ask(`${machine.url}${path}`, { headers });
let state = 0;
const fresh = () => `n=${++state}`;

describe.each(['forbidden', 'private'])('a page that becomes %s', (becomes) => {
  test.each(['', 'gzip', 'br'])(
    'is gone at TTL + grace, also where nobody asked meanwhile (encoding "%s")',
    async (encoding) => {
      const page = `/post?${fresh()}`;
      const accepts = { 'accept-encoding': encoding };
      await get('/state?is=public');
      expect([(await get(page, accepts)).cache, (await get(page, accepts)).cache]).toEqual(['MISS', 'HIT']);
      await get(`/state?is=${becomes}`);
      await pause((ttl + grace) * 1000 + 300);
      const answers = [];
      for (let n = 0; n < 5; n++) answers.push(await get(page, accepts));
      if (becomes === 'forbidden') expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(403));
      else {
        expect(answers.map(({ cache }) => cache)).not.toContain('HIT');
        expect(answers.every(({ headers }) => headers['cache-control']?.includes('no-store'))).toBe(true);
      }
    },
  );

  test('is gone at TTL + grace, also under steady visits', async () => {
    const page = `/post?${fresh()}`;
    await get('/state?is=public');
    await get(page);
    await get(`/state?is=${becomes}`);
    const changed = performance.now();
    const late: string[] = [];
    while (performance.now() - changed < (ttl + grace) * 1000 + 2500) {
      const asked = performance.now() - changed;
      const answer = await get(page);
      const old = answer.status === 200 && !answer.headers['cache-control'];
      if (old && asked > (ttl + grace) * 1000 + 100) late.push(`${answer.cache} after ${asked.toFixed(0)} ms`);
      await pause(40);
    }
    expect(late).toEqual([]);
  });
});

test('arguments of a campaign are in nobody else’s answer, and PHP does not see them', async () => {
  const first = await get('/campaign?gclid=AAA&x=1');
  const second = await get('/campaign?gclid=BBB&x=1');
  expect(first.headers.location).toBe('/landing?x=1');
  expect(second.headers.location).toBe('/landing?x=1');
});

test('an answer that varies by language is nobody else’s, and not for CloudFront', async () => {
  const said = await get('/language', { 'accept-language': 'de' });
  expect(said.text).toBe('de\n');
  expect(said.headers['cache-control']).toBe('s-maxage=0');
  expect((await get('/language', { 'accept-language': 'fr' })).text).toBe('fr\n');
});

test('a cookie of cache.varyCookies decides, for those who have it and those who do not', async () => {
  const gate = `/gate?${fresh()}`;
  expect((await get(gate)).status).toBe(302);
  expect((await get(gate, { cookie: 'age_ok=1' })).status).toBe(200);
  expect((await get(gate, { cookie: 'age_ok=1' })).cache).toBe('HIT');
  await pause((ttl + grace) * 1000 + 300);
  expect((await get(gate)).status).toBe(302);
});

test('a session under a name of the application’s own', async () => {
  const who = `/who?${fresh()}`;
  expect((await get(who)).text).toBe('anonymous\n');
  expect((await get(who, { cookie: 'shopsid=1' })).cache).toBe('BYPASS');
});

test('for code that is not known an unknown cookie may be a login', async () => {
  const page = `/page?${fresh()}`;
  await get(page);
  expect((await get(page, { cookie: 'auth=secret' })).cache).toBe('BYPASS');
  expect((await get(page, { cookie: '_ga=GA1.1; _fbp=fb.1' })).cache).toBe('HIT');
  expect((await get(page, { cookie: '_ga=GA1.1; auth=secret' })).cache).toBe('BYPASS');
});

test.each([
  ['authorization', 'Bearer x'],
  ['x-api-key', 'x'],
  ['x-auth-token', 'x'],
  ['x-http-method-override', 'DELETE'],
])('credentials or another method in %s: PHP answers, nothing is left', async (name, value) => {
  const page = `/page?${fresh()}`;
  expect((await get(page, { [name]: value })).cache).toBe('BYPASS');
  expect((await get(page)).cache).toBe('MISS');
});

test('a GET with a body leaves nothing', async () => {
  const page = `/page?${fresh()}`;
  const sent = await ask(`${machine.url}${page}`, {
    body: 'x=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '3' },
  });
  expect(sent.cache).toBe('BYPASS');
  expect((await get(page)).cache).toBe('MISS');
});

test('one page’s address is not another’s', async () => {
  expect((await get('/s%7Cq=a?b')).text).not.toBe((await get('/s?q=a%7Cb')).text);
  expect((await get('/s|q=a?b')).text).not.toBe((await get('/s?q=a|b')).text);
});

test('visitors of an answer that may not be stored do not queue', async () => {
  const page = `/never?${fresh()}`;
  const answers = await Promise.all(Array.from({ length: 4 }, () => get(page)));
  expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeLessThan(1900);
});

describe('64 visitors at once', () => {
  // Each run of PHP has its own id in the page.
  const crowd = (path: string) => Promise.all(Array.from({ length: 64 }, () => get(path)));
  const own = 400; // milliseconds that the page takes by itself
  const page = () => `/run?ms=${own}&${fresh()}`;
  const runs = (answers: Awaited<ReturnType<typeof crowd>>) => new Set(answers.map(({ text }) => text)).size;

  test.each([
    ['inside the grace', ttl * 1000 + 200],
    ['after the grace', (ttl + grace) * 1000 + 500],
  ])('of a page that has expired, %s: PHP runs at most three times', async (_when, after) => {
    const path = page();
    await get(path);
    await pause(after);
    const answers = await crowd(path);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(runs(answers)).toBeLessThanOrEqual(3);
  });

  test('of a page that nobody asked before: PHP runs at most four times', async () => {
    const answers = await crowd(page());
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(runs(answers)).toBeLessThanOrEqual(4);
  });
});
