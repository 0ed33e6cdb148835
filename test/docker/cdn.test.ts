/** The CDN machine beside 58-edge: what it keeps, under what and for how long is what the template says CloudFront does (test/cfn/cloudfront.ts). */
import { cp, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { behaviourOf, lifetimeOf, type Question, type Reply, xCache } from '../cfn/cloudfront.ts';
import { docker, newReplica, type Replica, release } from '../scenarios/replica.ts';

const settings = (more = '') => `
site: { name: edge }
application: sample
code: { path: site }
memcached: { count: 1 }
search: { engine: none }
files: { store: volume, corsOrigins: [https://app.example.org] }
cache: { varyCookies: [currency] }
cdn: { enabled: true }
${more}`;
const host = 'edge.localhost';
/** What parameter PageCookies has for these settings. */
const pageCookies = ['PHPSESSID', 'NO_CACHE', 'currency'];

/** Files of the site; the endings of the behaviours, and some that are pages there. */
const files = [
  ...['style.css', 'app.js', 'module.mjs', 'font.woff2', 'font.woff', 'a.svg', 'a.png', 'a.jpg', 'a.jpeg', 'a.gif'],
  ...['a.webp', 'a.avif', 'favicon.ico', 'LOUD.CSS', 'paper.pdf', 'words.txt'],
];

let replica: Replica;
let port: number;
let ca: string;
beforeAll(async () => {
  replica = await newReplica(settings(), { local: release });
  const site = join(replica.dir, 'site');
  await cp(join(import.meta.dirname, 'web-site'), site, { recursive: true });
  for (const name of files) await writeFile(join(site, name), `${name} `.repeat(300));
  await replica.ensure('up');
  ({ port, ca } = await replica.https());
});
afterAll(() => replica?.remove());

interface Answer extends Reply {
  body: string;
  cache: string;
}
const visit = ({ path, method = 'GET', headers = {} }: Question, name = host) =>
  new Promise<Answer>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, servername: host, ca, agent: false } as const;
    request({ ...options, headers: { host: `${name}:${port}`, ...headers } }, async (answer) => {
      let body = '';
      for await (const chunk of answer.setEncoding('latin1')) body += chunk;
      const { statusCode: status = 0, headers } = answer;
      resolve({ status, headers, body, cache: String(headers['x-cache']) });
    })
      .on('error', reject)
      .end();
  });
const page = (answer: Answer) => JSON.parse(answer.body) as Record<string, string>;

/** Seconds by address, of what the cache has. (ngx_http_file_cache_header_t: valid_sec is its second, date its sixth field.) */
async function stored(): Promise<Map<string, number>> {
  const program = `for my $file (split /\\n/, \`find /var/cache/nginx/edge -type f\`) {
    open(my $in, '<:raw', $file) or next; read($in, my $bytes, 4096);
    my (undef, $valid, undef, undef, undef, $date) = unpack('q6', $bytes);
    $bytes =~ /\\nKEY: (.*)\\n/ and print $valid - $date, ' ', $1, "\\n" }`;
  const lines = (await replica.exec('cdn', 'perl', '-e', program)).split('\n').filter(Boolean);
  return new Map(lines.map((line) => [/ (\/\S*)/.exec(line)?.[1] ?? '', Number(line.split(' ')[0])]));
}

const says = (header: string, more = '') => `/page?header[]=${encodeURIComponent(header)}${more}`;
const lives = (seconds: number) => says(`Cache-Control: max-age=${seconds}`);
const gzip = { 'accept-encoding': 'gzip' };

/** What is asked, and what is asked then: where it is nothing, the same. */
const rows: [Question, Partial<Question>?][] = [
  ...files.map((name): [Question] => [{ path: `/${name}` }]),
  // Files: what divides them.
  [{ path: '/style.css?cookies' }, { headers: { cookie: 'PHPSESSID=somebody' } }],
  [{ path: '/style.css?v=1' }, { path: '/style.css?v=2' }],
  [{ path: '/style.css?br', headers: gzip }, { headers: { 'accept-encoding': 'br' } }],
  [{ path: '/style.css?lists', headers: gzip }, { headers: { 'accept-encoding': 'deflate, gzip;q=0.5' } }],
  [{ path: '/style.css?none', headers: gzip }, { headers: { 'accept-encoding': 'gzip;q=0' } }],
  [{ path: '/style.css?who' }, { headers: { authorization: 'Basic eDp5' } }],
  [{ path: '/style.css?post' }, { method: 'HEAD' }],
  [{ path: '/missing.css' }],
  [{ path: '/missing.pdf' }],
  // Pages: how long.
  [{ path: '/page?quiet' }],
  [{ path: lives(5) }],
  [{ path: lives(60) }],
  [{ path: lives(3600) }],
  [{ path: says('Cache-Control: public, s-maxage=30, max-age=0') }],
  [{ path: says('Cache-Control: s-maxage=86400') }],
  [{ path: says('Cache-Control: max-age=0') }],
  [{ path: says('Cache-Control: private, max-age=50') }],
  [{ path: says('Cache-Control: no-cache') }],
  [{ path: says('Cache-Control: no-store') }],
  [{ path: `${lives(40)}&header[]=${encodeURIComponent('Vary: X-Thing')}` }],
  [{ path: `${lives(41)}&header[]=${encodeURIComponent('Vary: Accept-Encoding')}` }],
  [{ path: `${lives(42)}&header[]=${encodeURIComponent('Vary: Cookie')}` }],
  [{ path: `${lives(43)}&header[]=${encodeURIComponent('Set-Cookie: seen=1')}` }],
  // Pages: what divides them.
  [{ path: `${lives(20)}&a` }, { path: `${lives(20)}&b` }],
  [{ path: `${lives(20)}&c` }, { headers: { cookie: 'other=1' } }],
  [{ path: `${lives(20)}&d` }, { headers: { cookie: 'currency=eur' } }],
  [{ path: `${lives(20)}&e`, headers: { cookie: 'currency=eur' } }, { headers: { cookie: 'a=1; currency=eur; b=2' } }],
  [{ path: `${lives(20)}&f`, headers: { cookie: 'currency=eur' } }, { headers: { cookie: 'currency=usd' } }],
  [{ path: `${lives(20)}&g` }, { headers: { cookie: 'PHPSESSID=1' } }],
  [{ path: `${lives(20)}&h` }, { headers: { authorization: 'Bearer x' } }],
  [{ path: `${lives(20)}&i`, headers: gzip }, { headers: { 'accept-encoding': 'gzip, deflate' } }],
  [{ path: `${lives(20)}&j`, headers: gzip }, { headers: {} }],
  [{ path: `${lives(20)}&k`, headers: gzip }, { headers: { 'accept-encoding': 'gzip, br' } }],
  [{ path: `${lives(20)}&l` }, { method: 'HEAD' }],
  [{ path: `${lives(20)}&m`, method: 'HEAD' }, { method: 'GET' }],
  [{ path: `${lives(20)}&n` }, { method: 'POST' }],
  [{ path: `${lives(20)}&o`, method: 'POST' }, { method: 'GET' }],
  [{ path: `${lives(20)}&p` }, { method: 'OPTIONS' }],
  // By status.
  [{ path: `${lives(20)}&status=301` }],
  [{ path: '/page?status=302' }],
  [{ path: '/page?status=404' }],
  [{ path: `${lives(30)}&status=404` }],
  [{ path: `${says('Cache-Control: no-store')}&status=404` }],
  [{ path: '/page?status=403' }],
  [{ path: `${lives(30)}&status=403` }],
  [{ path: '/page?status=410' }],
  [{ path: '/page?status=500' }],
  [{ path: '/page?status=503' }],
];

test('there are sixty of them', () => {
  expect(rows.length).toBeGreaterThanOrEqual(60);
});

describe('as CloudFront by 58-edge', () => {
  const seen = new Map<string, Answer>();
  test.each(
    rows.map(([asked, then = {}]) => ({
      asked,
      then,
      name: `${asked.method ?? 'GET'} ${asked.path} ${JSON.stringify(then)}`,
    })),
  )('$name', async ({ asked, then }) => {
    const first = await visit(asked);
    await pause(50); // a visitor has his answer a moment before it is stored
    const second = await visit({ ...asked, ...then });
    seen.set(asked.path, first);
    expect(first.cache).toBe(`${first.status >= 400 ? 'Error' : 'Miss'} from cdn`);
    expect(second.cache).toBe(`${xCache(asked, first, { ...asked, ...then }, pageCookies)} from cdn`);
    // Of an error X-Cache does not say whether it was kept: what PHP wrote does.
    if (first.status >= 400 && first.body.startsWith('{'))
      expect(second.body === first.body).toBe(lifetimeOf(asked.path, first) > 0);
  });
  test('each for as long', async () => {
    const there = await stored();
    const expected = [...seen].map(([path, answer]) => [path, lifetimeOf(path, answer) || undefined]);
    // (POST stores nothing, and the HEAD, GET or other visitor after it does.)
    expect([...seen.keys()].map((path) => [path, there.get(path)])).toEqual(expected);
  });
  test('methods that a behaviour does not allow', async () => {
    for (const path of ['/style.css', '/page', '/-/media/x'])
      for (const method of ['POST', 'DELETE', 'PURGE']) {
        const allowed = behaviourOf(path).AllowedMethods.includes(method);
        expect.soft((await visit({ path, method })).status === 403, `${method} ${path}`).toBe(!allowed);
      }
  });
});

describe('what reaches the site', () => {
  test('the visitor, whatever he claims: address and scheme', async () => {
    const claims = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http', 'cloudfront-forwarded-proto': 'http' };
    const answer = page(await visit({ path: '/claims', headers: { ...claims, 'x-forwarded-host': 'evil.test' } }));
    expect(answer).toMatchObject({ https: 'on', host: `${host}:${port}`, forwardedHost: '' });
    expect(answer.from).not.toBe('6.6.6.6');
  });
  test('only by its own name', async () => {
    expect((await visit({ path: '/' }, 'evil.test')).status).toBe(421);
  });
  test('nobody else comes in by the door for the CDN', async () => {
    const ask = (...more: string[]) =>
      replica.exec('web-1', 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', ...more, 'http://lb:82/page');
    expect(await ask()).toBe('403');
    expect(await ask('-H', 'X-Bootdev-Edge: guessed')).toBe('403');
  });
  test("its own requests to the site's address go through the CDN too", async () => {
    const said = await replica.exec(
      'admin',
      'curl',
      '-sS',
      '-o',
      '/dev/null',
      '-D',
      '-',
      `https://${host}:${port}/style.css`,
    );
    expect(said).toMatch(/^x-cache: \w+ from cdn/im);
  });
});

test('who may read by script (CORS): files, by the list, whoever asked first; never pages', async () => {
  const allowed = async (path: string, origin?: string) =>
    (await visit({ path, headers: origin ? { origin } : {} })).headers['access-control-allow-origin'];
  const [ours, other] = ['https://app.example.org', 'https://evil.example.org'];
  for (const path of ['/font.woff2?cors', '/style.css?cors']) {
    expect(await allowed(path, ours), path).toBe(ours);
    expect(await allowed(path, other), path).toBeUndefined();
    expect(await allowed(path), path).toBeUndefined();
    expect(await allowed(path, ours), path).toBe(ours);
  }
  expect(await allowed(`${lives(30)}&cors`, ours)).toBeUndefined();
  // The same by the web machine itself, where there is no CDN.
  const headers = (origin: string, ...of: string[]) =>
    replica.exec('web-1', ...`curl -s -o /dev/null -D - -H`.split(' '), `Origin: ${origin}`, ...of);
  const web = (path: string, origin: string) => headers(origin, `http://127.0.0.1${path}`);
  expect(await web('/font.woff2', ours)).toMatch(/^access-control-allow-origin: https:\/\/app\.example\.org\r?$/im);
  expect(await web('/font.woff2', ours)).toMatch(/^vary: origin\r?$/im);
  for (const [path, origin] of [
    ['/font.woff2', other],
    ['/page', ours],
  ] as const)
    expect(await web(path, origin)).not.toMatch(/access-control/i);
  const preflight = ['-X', 'OPTIONS', '-H', 'Access-Control-Request-Method: PUT'];
  const bucket = (origin: string) => headers(origin, ...preflight, 'http://s3:4566/edge-media/x');
  expect(await bucket(ours)).toMatch(/^access-control-allow-origin: https:\/\/app/im);
  expect(await bucket(other)).toMatch(/^HTTP\/1\.1 403 /);
});

test('an object of the bucket by any name', async () => {
  const name = encodeURIComponent('ä b c%.txt');
  const put = `require '/etc/bootdev/current/etc/php/features/parts.php'; s3('PUT', 'media/${name}', 'for all');`;
  await replica.exec('web-1', 'site', 'php', '-r', put);
  for (const cache of ['Miss from cdn', 'Hit from cdn'])
    expect(await visit({ path: `/-/media/${name}?any` })).toMatchObject({ status: 200, body: 'for all', cache });
  // By the web machine itself, where there is no CDN: the same, with the one list of who may read it by script.
  const origin = 'https://app.example.org';
  const ask = ['curl', '-si', '-H', `Origin: ${origin}`, `http://127.0.0.1/-/media/${name}`];
  const said = await replica.exec('web-1', ...ask);
  expect(said).toMatch(/^HTTP\/1\.1 200 [\s\S]*^access-control-allow-origin: https:\/\/app\.example\.org\r?$/im);
  expect(said.match(/access-control-allow-origin/gi)).toHaveLength(1);
});

test('a part of a file, whether it is there or not; a part is not kept as the whole', async () => {
  const path = '/paper.pdf?parts';
  const part = { path, headers: { range: 'bytes=2-5' } };
  for (const cache of ['Miss from cdn', 'Miss from cdn']) {
    const answer = await visit(part);
    expect([answer.status, answer.body, answer.cache]).toEqual([206, 'per.', cache]);
  }
  expect((await visit({ path })).body).toHaveLength('paper.pdf '.length * 300);
  const kept = await visit(part);
  expect([kept.status, kept.body, kept.cache]).toEqual([206, 'per.', 'Hit from cdn']);
});

describe('what is withdrawn', () => {
  const path = `${lives(50)}&kept`;
  const id = async (asked = path) => page(await visit({ path: asked })).id;
  test('by an address, what begins so, and everything', async () => {
    const first = await id();
    const other = await id(`${lives(50)}&other`);
    expect(await id()).toBe(first);
    await replica.ensure('purge', `https://${host}:${port}${path}`);
    const second = await id();
    expect(second).not.toBe(first);
    expect(await id(`${lives(50)}&other`)).toBe(other);
    await replica.ensure('purge', '--prefix', '/page');
    expect(await id()).not.toBe(second);
    expect(await id(`${lives(50)}&other`)).not.toBe(other);
    const third = await id();
    await replica.ensure('purge', '--all');
    expect(await id()).not.toBe(third);
  });
  test('by another release: a file without a version in its address is the new one', async () => {
    expect((await visit({ path: '/words.txt' })).body).toMatch(/^words/);
    await writeFile(join(replica.dir, 'site/style.css'), 'new');
    await replica.ensure('up');
    const answer = await visit({ path: '/style.css' });
    expect([answer.body, answer.cache]).toEqual(['new', 'Miss from cdn']);
  });
});

test('the site gone: what is kept is served, and everything else is an error for a second', async () => {
  const path = `${lives(1)}&gone`;
  const before = await visit({ path });
  await docker('stop', await replica.container('lb'));
  try {
    await expect.poll(async () => (await visit({ path: '/page?new' })).status).toBeGreaterThanOrEqual(502);
    const after = await visit({ path });
    expect([after.status, after.body]).toEqual([200, before.body]);
  } finally {
    await docker('start', await replica.container('lb'));
  }
  await expect.poll(async () => (await visit({ path: '/page?new' })).status, { timeout: 60_000 }).toBe(200);
});

test('http leads to https where the settings say so', async () => {
  await replica.settings(settings('balancer: { https: redirect }\n'));
  await replica.ensure('up');
  const answer = await fetch(`${await replica.url()}/page?x=1`, {
    redirect: 'manual',
    headers: { connection: 'close' },
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([301, `https://${host}:${port}/page?x=1`]);
});

test('why begins with it: a hit, a miss and the reason, and past it', async () => {
  const why = async (...args: string[]) => {
    const { stdout } = await replica.ensure('why', ...args, '--json');
    const event = stdout.split('\n').flatMap((line) => (line.includes('"why"') ? [JSON.parse(line)] : []))[0];
    return (event.why.layers as { layer: string; reason: string }[]).map(({ layer, reason }) => `${layer} ${reason}`);
  };
  const path = `${lives(50)}&why`;
  expect((await why(path)).slice(0, 4)).toEqual(['cdn edge-miss', 'lb leastconn', 'nginx not-stored', 'php stored']);
  expect(await why(path)).toEqual(['cdn edge-hit']);
  expect((await why(path, '--fresh')).slice(0, 3)).toEqual(['cdn fresh', 'lb leastconn', 'nginx fresh']);
  expect((await why(says('Cache-Control: private')))[0]).toBe('cdn cache-control');
  expect((await why('/page?quiet=2'))[0]).toBe('cdn silent');
});

test('features has seen it at work', async () => {
  const { stdout } = await replica.bootdev('features', '--json');
  const row = /\{[^{}]*"name":"cdn"[^{}]*\}/.exec(stdout)?.[0] ?? stdout;
  expect(JSON.parse(row)).toMatchObject({
    name: 'cdn',
    proved: expect.any(String),
    state: expect.stringMatching(/works|set-up/),
  });
});

test('status has it, and its address is the site', async () => {
  const { machines } = await replica.status();
  const cdn = machines.find(({ name }) => name === 'cdn');
  expect(cdn).toMatchObject({ state: 'healthy', url: `https://${host}:${port}` });
  expect(machines.find(({ name }) => name === 'lb')?.url).toBeUndefined();
});
