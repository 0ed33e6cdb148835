/** The pre-warmer (docs/warm.md): an admin machine and two web machines. How often PHP was asked is what the site itself counts. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Warm } from '../../src/events.ts';
import type { SettingsInput } from '../../src/settings/schema.ts';
import { startAdminMachine } from './admin-machine.ts';
import { ask } from './visitor.ts';
import { purgeToken, startWebMachine, type WebMachine } from './web-machine.ts';

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();
const network = `bootdev-warm-${randomUUID().slice(0, 8)}`;
const site = join(import.meta.dirname, 'warm-site');
const over = { SITE_URL: 'https://site.localhost:8443' };
const settingsWith = (cache: SettingsInput['cache']): SettingsInput => ({
  application: 'php',
  site: { name: 'site' },
  cache: { ttl: '1h', varyCookies: ['age_ok'], warmRate: 100, ...cache },
});
const byHand = settingsWith({ warm: 'off' });
const webs: WebMachine[] = [];
let admin: Awaited<ReturnType<typeof startAdminMachine>>;
beforeAll(async () => {
  await docker('network', 'create', network);
  for (const name of ['web-1', 'web-2']) webs.push(await startWebMachine(site, byHand, { name, network, over }));
  admin = await startAdminMachine(site, byHand, { network, over });
});
afterAll(async () => {
  await admin?.remove();
  for (const machine of webs) await machine.remove();
  await docker('network', 'rm', network);
});

const program = '/etc/bootdev/current/usr/local/bin/warm';
/** Its report, also where it ended early (1). */
const run = async (...words: string[]): Promise<Warm> => {
  const said = await admin.exec('site', program, '--progress', ...words).catch((error) => {
    if (error.code === 1) return String(error.stdout).trim();
    throw error;
  });
  return JSON.parse(said.split('\n').at(-1) ?? '');
};
const both = (...command: string[]) => Promise.all(webs.map((each) => each.exec(...command)));
/** What PHP built on each machine since it was forgotten: when, and which address. */
const built = async (): Promise<{ at: number; path: string }[][]> =>
  Promise.all(
    webs.map(async ({ url }) => {
      const { text } = await ask(`${url}/counted`, { headers: { host: 'site.localhost' } });
      return (JSON.parse(text) as [string, string][]).map(([at, path]) => ({ at: Number(at), path }));
    }),
  );
const purge = (lines: string) =>
  ask(`${webs[0]?.door}/`, {
    ...{ method: 'PURGE', body: lines },
    headers: { authorization: `Bearer ${purgeToken}`, 'content-length': String(Buffer.byteLength(lines)) },
  });
const forget = async (mode: string) => {
  await purge('*');
  await both(
    'sh',
    '-c',
    `rm -f /srv/files/public/log; printf ${mode} >/srv/files/public/mode; chmod 644 /srv/files/public/mode`,
  );
};
beforeEach(() => forget('good'));

/** The most that began within one second. */
function busiest(times: number[]): number {
  const sorted = [...times].sort((one, other) => one - other);
  return Math.max(...sorted.map((from, index) => sorted.slice(index).filter((at) => at < from + 1).length));
}

test('500 addresses of a sitemap index, in two encodings, on each of two machines', async () => {
  const first = await run();
  const counted = await built();
  expect(first).toMatchObject({
    ...{ why: 'asked', source: 'sitemap', addresses: 500, variants: 2, machines: 2, ended: 'done' },
    ...{ hitBefore: 0, hitAfter: 100, errors: 0, unstored: 0 },
    notes: ['addresses of other hosts were left out'],
  });
  // Each page once for each encoding; of 100 a second in all, half are each machine's. The front page may be there: `up` has looked at it.
  expect(first.requests).toBe(2000);
  expect(first.made).toBeGreaterThanOrEqual(1998);
  for (const pages of counted) {
    expect(Math.abs(pages.length - 1000)).toBeLessThanOrEqual(2);
    expect(new Set(pages.map(({ path }) => path)).size).toBe(500);
  }
  expect(pages(counted)).toContain('/page/7?a=1&b=2');
  const rate = busiest(counted.flat().map(({ at }) => at));
  console.log(`warm: ${JSON.stringify(first)}; the busiest second had ${rate} requests`);
  expect(first.perSecond).toBeLessThanOrEqual(101);
  expect(rate).toBeLessThanOrEqual(110);

  // A visitor meets what it made: by the balancer's headers, in each encoding.
  for (const { url } of webs)
    for (const encoding of ['br', 'gzip, deflate']) {
      const headers = { host: 'site.localhost:8443', 'x-forwarded-proto': 'https', 'accept-encoding': encoding };
      expect.soft((await ask(`${url}/page/499`, { headers })).cache, encoding).toBe('HIT');
    }

  const second = await run();
  expect(second).toMatchObject({ hitBefore: 100, hitAfter: 100, made: 0 });
  expect((await built()).map((each) => each.length)).toEqual(counted.map((each) => each.length));
});
const pages = (counted: { path: string }[][]) => counted.flat().map(({ path }) => path);

test("the addresses that are named, and no other site's", async () => {
  expect(await run('https://site.localhost/page/1', '/about')).toMatchObject({
    source: 'named',
    addresses: 2,
    made: 8,
  });
  expect((await built()).map((each) => each.length)).toEqual([4, 4]);
  await expect(run('https://elsewhere.example/')).rejects.toThrow('not an address of this site (site.localhost)');
});

test('without a sitemap: links, without query strings, other hosts and what robots.txt refuses', async () => {
  await forget('links');
  const said = await run();
  expect(said).toMatchObject({ source: 'links', hitAfter: 100, errors: 0 });
  const paths = [...new Set(pages(await built()))].sort();
  expect(paths).toEqual(['/', '/deep', '/one', '/sitemap.xml', '/sitemap_index.xml', '/two/', '/two/deep']);
});

test('each cookie of cache.warmCookies is a page of its own', async () => {
  await admin.apply(settingsWith({ warm: 'off', warmCookies: ['age_ok=1'] }));
  try {
    expect(await run('/about')).toMatchObject({ variants: 4, made: 8, hitAfter: 100 });
  } finally {
    await admin.apply(byHand);
  }
});

test('what is never stored is asked for once', async () => {
  expect(await run('/never')).toMatchObject({ requests: 2, made: 0, unstored: 2 });
});

describe('ends by itself', () => {
  test('where the web machines answer with errors', async () => {
    await forget('broken');
    const said = await run();
    expect(said.ended).toBe('errors');
    expect(said.requests).toBeLessThan(40);
  });
  test('where they become slow', async () => {
    await forget('slower');
    const said = await run();
    expect(said.ended).toBe('slow');
    expect(said.requests).toBeLessThan(600);
  });
  test('when somebody stops it, and only one runs at a time', async () => {
    const running = run();
    try {
      await expect.poll(() => built().then((each) => each.flat().length)).toBeGreaterThan(20);
      await expect(run('/about')).rejects.toThrow('another run has not ended');
    } finally {
      await admin.exec('site', program, '--stop');
    }
    const said = await running;
    expect(said.ended).toBe('stopped');
    expect(said.requests).toBeLessThan(2000);
  });
});

describe('what a hostile site says', () => {
  test.each([
    ['bomb', { notes: ['/bomb.xml has a DOCTYPE, which no sitemap has: not read'] }],
    ['endless', { notes: ['more than 50 sitemaps: the others were not read'] }],
    ['unpacks', { notes: ['/big.xml.gz: only its first 10 MB were read'], addresses: 2 }],
    ['huge', { notes: expect.arrayContaining(['/huge.xml: only its first 10 MB were read']) }],
    ['elsewhere', { notes: ['addresses of other hosts were left out'], addresses: 3 }],
  ])('%s', async (mode, expected) => {
    await forget(mode);
    const said = await run();
    expect(said).toMatchObject({ ended: 'done', errors: 0, ...expected });
  });
});

test('by itself: after its start, after a purge of one address, of a beginning, and of everything', async () => {
  await admin.exec('rm', '-f', '/srv/files/private/.warm-report');
  await admin.apply(settingsWith({ warmPages: 20 }));
  const kept = async () => JSON.parse(await admin.exec('cat', '/srv/files/private/.warm-report')) as Warm;
  const next = async (after: number, why: string) => {
    // A purge that two machines hear of at two looks is two runs.
    const newest = async () => {
      const said = await kept().catch(() => undefined);
      return said && said.at > after && said.why === why ? said : undefined;
    };
    await expect.poll(newest, { timeout: 60_000, interval: 1000 }).toBeDefined();
    return kept();
  };
  const start = await next(0, 'release');
  expect(start).toMatchObject({ addresses: 20, machines: 2, hitAfter: 100 });
  await pause(1500);

  await both('rm', '-f', '/srv/files/public/log');
  await purge('https://site.localhost/page/3?a=1&b=2');
  const one = await next(start.at, 'purge');
  expect(one).toMatchObject({ addresses: 1, made: 4, hitBefore: 0, hitAfter: 100 });
  expect(new Set(pages(await built()))).toEqual(new Set(['/page/3?a=1&b=2']));
  await pause(1500);

  await purge('https://site.localhost/page/1*');
  const some = await next(one.at, 'purge');
  expect(some.addresses).toBeGreaterThan(8); // 1, 10 to 19 as far as they are among the 20
  await pause(1500);

  await purge('*');
  const all = await next(some.at, 'purge');
  expect(all).toMatchObject({ addresses: 20, hitBefore: 0, hitAfter: 100 });

  // A machine that starts again has nothing: only that one is asked.
  await pause(1500);
  await webs[1]?.exec('s6-svc', '-wR', '-r', '/run/service/nginx');
  expect(await next(all.at, 'release')).toMatchObject({ machines: 1, made: 40 });
  expect(await admin.exec('/etc/bootdev/current/roles/warm/stats.sh')).toMatch(
    /^warm \d+ s ago: 20 addresses, hit 0 → 100 %$/,
  );
});

test('the news is for who has the token', async () => {
  const ask82 = (headers: Record<string, string>) => ask(`${webs[0]?.door}/-/purged`, { headers });
  expect((await ask82({})).status).toBe(403);
  const { status, text } = await ask82({ authorization: `Bearer ${purgeToken}` });
  expect([status, text.split('\n')[0]]).toEqual([200, expect.stringMatching(/^pages [0-9a-f]{32}$/)]);
});
