/** nginx and php-fpm of a real web machine, in front of a site that does what its address says (web-site/index.php). */
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWebMachine, type WebMachine } from './web-machine.ts';

// A page is old after one to two seconds (nginx counts in whole ones), and serves for three more while a new one is made.
const settings = { application: 'php', cache: { ttl: 2, grace: 3 } } as const;
let machine: WebMachine;

beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'web-site'), settings);
  await machine.exec(
    'sh',
    '-c',
    'mkdir -p /srv/files/public && echo "<?php echo 1;" >/srv/files/public/evil.php && echo hello >/srv/files/public/hello.txt',
  );
});
afterAll(() => machine?.remove());

interface Page {
  id: string;
  path: string;
  method: string;
  https: string;
  host: string;
  from: string;
  accepts: string;
  forwardedHost: string;
  pathInfo: string;
  self: string;
  script: string;
}
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  cache: string;
  page: Page;
  milliseconds: number;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(machine.url);
    const asked = request({ hostname, port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const encoding = response.headers['content-encoding'];
        const text = encoding === 'gzip' ? gunzipSync(bytes) : encoding === 'br' ? brotliDecompressSync(bytes) : bytes;
        const answer = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          cache: String(response.headers['x-cache']),
          page: parsed(text.toString()),
          milliseconds: performance.now() - started,
        };
        // The page is stored a moment after its visitor has it.
        setTimeout(() => resolve(answer), 10);
      });
    });
    asked.on('error', reject).end();
  });
}
const parsed = (text: string) => (text.startsWith('{"id"') ? JSON.parse(text) : {}) as Page;

/** A fresh address: no test sees what another left in the cache. */
let addresses = 0;
const address = (args = '') => `/page-${++addresses}${args && `?${args}`}`;
const header = (line: string) => `header[]=${encodeURIComponent(line)}`;

const figures = (role: string) => machine.exec(`/etc/bootdev/current/roles/${role}/stats.sh`);

// The first one: nothing else was asked for before.
test('its figures: hits of the micro-cache, children of PHP, and who waits for one', async () => {
  expect(await figures('nginx')).toBe('');
  const path = address();
  for (let n = 0; n < 4; n++) await get(path);
  await expect.poll(() => figures('nginx')).toBe('hit 75 %');
  expect(await figures('php-fpm')).toBe('PHP 0 of 4 busy');
  const slow = Array.from({ length: 6 }, () => get('/slow?sleep=2000', { cookie: 'NO_CACHE=1' }));
  await expect.poll(() => figures('php-fpm'), { timeout: 1900, interval: 50 }).toBe('PHP 4 of 4 busy · 2 waiting');
  await Promise.all(slow);
  await expect.poll(() => figures('php-fpm')).toBe('PHP 0 of 4 busy');
  expect(await figures('nginx')).toBe('hit 75 %'); // pages that are nobody else's do not count
});

/** Same page twice = stored. */
async function stored(path: string, first: Record<string, string> = {}, second = first): Promise<boolean> {
  const [one, two] = [await get(path, first), await get(path, second)];
  return one.page.id === two.page.id;
}

describe('what is stored', () => {
  test('an anonymous page is built once', async () => {
    const path = address();
    const [one, two] = [await get(path), await get(path)];
    expect([one.cache, two.cache]).toEqual(['MISS', 'HIT']);
    expect(two.page.id).toBe(one.page.id);
  });

  test('pages of a front controller do not share one entry', async () => {
    const [home, feed] = [await get('/'), await get('/feed/')];
    expect(home.page.path).toBe('/');
    expect(feed.page.path).toBe('/feed/');
    expect((await get('/a%2Fb')).page.id).not.toBe((await get('/a/b')).page.id);
  });

  test('hosts and schemes do not share one entry', async () => {
    const path = address();
    expect(await stored(path, { host: 'one.test' }, { host: 'two.test' })).toBe(false);
    expect(await stored(path, {}, { 'x-forwarded-proto': 'https' })).toBe(false);
  });

  test('PHP sees the host with its port, and each port has its own entry', async () => {
    const path = address();
    expect((await get(path, { host: 'one.test:8081' })).page.host).toBe('one.test:8081');
    expect((await get(path, { host: 'one.test:6666' })).page.host).toBe('one.test:6666');
    expect((await get(path, { host: 'one.test' })).page.host).toBe('one.test');
  });
  test('a Host header that contradicts the request does not reach PHP', async () => {
    expect((await get(`http://one.test${address()}`, { host: 'evil.test' })).page.host).toBe('one.test');
  });

  test('HEAD first leaves a whole page for GET', async () => {
    const path = address();
    const head = await get(path, {}, 'HEAD');
    expect(head.bytes).toHaveLength(0);
    await pause(300); // the visitor has his answer before the page has come whole
    const page = await get(path);
    expect(page.cache).toBe('HIT');
    expect(page.page.path).toBe(path);
  });

  test.each(['private', 'no-store', 'no-cache, must-revalidate', 'max-age=0', 'public, s-maxage=0'])(
    'not with Cache-Control: %s',
    async (value) => {
      expect(await stored(address(header(`Cache-Control: ${value}`)))).toBe(false);
    },
  );
  test('not when it expired in the last century', async () => {
    expect(await stored(address(header('Expires: Sun, 19 Nov 1978 05:00:00 GMT')))).toBe(false);
  });
  test('not when it sets a cookie', async () => {
    expect(await stored(address(`${header('Set-Cookie: a=1')}&${header('Cache-Control: public, max-age=300')}`))).toBe(
      false,
    );
  });
  test('a page cannot stay longer than the settings say', async () => {
    const path = address(header('Cache-Control: public, max-age=86400'));
    const first = await get(path);
    await pause(2100);
    await get(path); // the old page, while a new one is made
    await pause(300);
    expect((await get(path)).page.id).not.toBe(first.page.id);
  });
});

describe('visitors', () => {
  test.each([
    'SESS0123456789abcdef0123456789abcdef=x',
    'SSESS0123456789abcdef0123456789abcdef=x',
    'PHPSESSID=x',
    'NO_CACHE=Y',
    'wordpress_logged_in_0123=x',
    'wp-postpass_0123=x',
    'a=b; PHPSESSID=x',
  ])('with a session (%s) neither get nor leave a stored page', async (cookie) => {
    const path = address();
    const anonymous = await get(path);
    const own = await get(path, { cookie });
    expect(own.cache).toBe('BYPASS');
    expect(own.page.id).not.toBe(anonymous.page.id);
    expect((await get(path)).page.id).toBe(anonymous.page.id);
  });
  test('with credentials get their own', async () => {
    const path = address();
    expect(await stored(path, {}, { authorization: 'Basic eDp5' })).toBe(false);
  });
  test('with a header that turns GET into another method leave nothing', async () => {
    const path = address();
    expect(await stored(path, { 'x-http-method-override': 'OPTIONS' }, {})).toBe(false);
  });
  test('with cookies of statistics get a stored page, even one that varies by Cookie', async () => {
    expect(await stored(address(header('Vary: Cookie')), {}, { cookie: '_ga=2; _pk_id=3' })).toBe(true);
  });
  test('with cookies of statistics leave one only where it says that it may be kept', async () => {
    const cookie = '_ga=1';
    expect(await stored(address(), { cookie }, {})).toBe(false);
    expect(await stored(address(header('Cache-Control: public, max-age=60')), { cookie }, {})).toBe(true);
  });
  test.each([
    ['utm_source=a&utm_medium=b&gclid=c', ''],
    ['x=1&utm_source=a', 'x=1'],
    ['fbclid=a&x=1', 'x=1'],
    ['utm_source=a&x=1&utm_medium=b&y=2&gclid=c', 'x=1&y=2'],
  ])('from a campaign (%s) share the page of %s', async (campaign, plain) => {
    const path = address();
    const asked = (args: string) => (args ? `${path}?${args}` : path);
    expect((await get(asked(campaign))).page.id).toBe((await get(asked(plain))).page.id);
  });
  test('with other arguments do not', async () => {
    const path = address();
    expect((await get(`${path}?x=1`)).page.id).not.toBe((await get(`${path}?x=2`)).page.id);
    expect((await get(`${path}?nutm_source=1`)).page.id).not.toBe((await get(path)).page.id);
  });
});

describe('compression', () => {
  test.each([
    ['gzip, deflate, br', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=1.0', 'gzip'],
    ['br, gzip', 'br'],
    ['', undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['x-notgzip', undefined],
  ])('who asks for "%s" gets %s, whoever came first', async (accepts, encoding) => {
    for (const first of ['gzip', 'identity']) {
      const path = address('compress=1&kilobytes=4');
      await get(path, { 'accept-encoding': first });
      const answer = await get(path, { 'accept-encoding': accepts });
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(answer.page.path).toBe(path.split('?')[0]);
    }
  });
  test('a hit is compressed already: it has a length, and the same bytes for everybody', async () => {
    const path = address('kilobytes=30');
    const hits = [];
    for (let n = 0; n < 3; n++) hits.push(await get(path, { 'accept-encoding': 'gzip' }));
    expect(hits.map(({ cache }) => cache)).toEqual(['MISS', 'HIT', 'HIT']);
    expect(hits.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'gzip', 'gzip']);
    expect(hits.map(({ headers, bytes }) => Number(headers['content-length']) - bytes.length)).toEqual([0, 0, 0]);
    expect(hits[2]?.bytes).toEqual(hits[1]?.bytes);
  });
  test('browsers with different lists share one page', async () => {
    expect(
      await stored(address(), { 'accept-encoding': 'gzip, deflate, br' }, { 'accept-encoding': 'br, gzip;q=0.8' }),
    ).toBe(true);
  });
  test('a large compressed page from the cache does not wait for acknowledgements, which a small one cannot', async () => {
    const best = async (kilobytes: number) => {
      const path = address(`kilobytes=${kilobytes}`);
      await get(path, { 'accept-encoding': 'gzip' });
      const times: number[] = [];
      for (let n = 0; n < 7; n++) times.push((await get(path, { 'accept-encoding': 'gzip' })).milliseconds);
      return Math.min(...times);
    };
    const delayed = 40; // milliseconds, of the kernel: the same on every computer
    expect((await best(200)) - (await best(1))).toBeLessThan(delayed);
  });
});

describe('under load', () => {
  test('an expired page is built once, not by each of its visitors', async () => {
    const path = address('sleep=300');
    const crowd = () => Promise.all(Array.from({ length: 30 }, () => get(path)));
    const cold = await crowd();
    expect(new Set(cold.map(({ page }) => page.id)).size).toBeLessThanOrEqual(4);
    await pause(2100);
    // Who had waited would have the new page; who comes later, from a busy computer, has it from the cache.
    const expired = (await crowd()).map(({ page }) => page.id);
    expect(new Set(expired).size).toBeLessThanOrEqual(2);
    expect(expired.filter((id) => id === cold[0]?.page.id).length).toBeGreaterThan(5);
    await expect.poll(async () => (await get(path)).page.id).not.toBe(cold[0]?.page.id);
  });

  test('two clients do not wait for each other', async () => {
    const ended: string[] = [];
    const busy = get('/slow?sleep=1500', { cookie: 'NO_CACHE=1' }).then(() => ended.push('busy'));
    await pause(100); // it is PHP's by now
    await get(address()).then(() => ended.push('quick'));
    await busy;
    expect(ended).toEqual(['quick', 'busy']);
  });

  test('PHP broken: the old page instead of an error', async () => {
    const path = address();
    const before = await get(path);
    await pause(2100);
    await machine.exec('s6-svc', '-wd', '-T', '5000', '-d', '/run/service/php-fpm');
    try {
      const answer = await get(path);
      expect([answer.status, answer.page.id]).toEqual([200, before.page.id]);
      expect((await get(address())).status).toBe(502);
      expect((await get('/-/healthz')).status).not.toBe(200);
    } finally {
      await machine.exec('s6-svc', '-wu', '-T', '5000', '-u', '/run/service/php-fpm');
    }
    await expect.poll(async () => (await get('/-/healthz')).status).toBe(200);
  });

  test('neither a new cache time nor new PHP settings lose a request', async () => {
    const seen = { answers: 0, failed: [] as unknown[] };
    let going = true;
    const client = async () => {
      while (going) {
        const answer = await get(`${address()}?sleep=20`).catch((error: unknown) => error);
        seen.answers++;
        if ((answer as Answer).status !== 200) seen.failed.push((answer as Answer).status ?? answer);
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await pause(300);
    await machine.apply({ ...settings, cache: { ttl: 3 } });
    await pause(500);
    await machine.apply({ ...settings, php: { memoryLimit: 300 } });
    await pause(1000);
    await machine.apply(settings);
    await pause(1500);
    going = false;
    await Promise.all(clients);
    expect(seen.failed).toEqual([]);
    expect(seen.answers).toBeGreaterThan(100);
  });
});

describe('what can be reached', () => {
  test.each([
    '/.git/config',
    '/.env',
    '/sub/.htaccess',
    '/composer.json',
    '/composer.lock',
    '/package.json',
    '/vendor/autoload.php',
    '/autoload.php',
    '/other.php',
    '/sub/index.php',
    '/core/core.services.yml',
    '/modules/x/x.module',
    '/x.install',
    '/dump.sql',
    '/dump.sql.gz',
    '/index.php~',
    '/settings.php.bak',
    '/CHANGELOG.txt',
    '/README.md',
    '/web.config',
    '/config/sync/x.yml',
    '/wp-config.old',
    '/backup.zip',
    '/site.tar.gz',
    '/prod.env',
    '/server.key',
    '/cert.pem',
    '/db.sqlite',
    '/settings.ini',
    '/phpunit.xml',
    '/auth.json',
    '/x.PHP',
    '/.well-known/x.php',
    '/files/dump.sql.gz',
    '/files/key.pem',
    '/files/error_log',
    '/files/evil.php',
    '/files/evil.php/x',
    '/-/status',
    '/-/anything',
  ])('%s is not found', async (path) => {
    // Only what is there is hidden; elsewhere the application answers.
    const file = path.replace(/^\/files\//, '/../../../files/public/').replace(/\.php\/x$/, '.php');
    if (!path.startsWith('/-/'))
      await machine.exec(
        'sh',
        '-c',
        'mkdir -p "$(dirname "$1")" && echo secret >"$1"',
        'sh',
        `/srv/code/releases/1${file}`,
      );
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.page.id).toBeUndefined();
  });
  test('a secret without a dot in its name is the application’s address too', async () => {
    await machine.exec('sh', '-c', 'echo secret >/srv/code/releases/1/error_log');
    expect((await get('/error_log')).page.path).toBe('/error_log');
  });
  test('everything else is the front controller', async () => {
    for (const path of ['/any/thing', '/private/x', '/vendor/acme', '/config/x'])
      expect((await get(path)).page.path).toBe(path);
    expect((await get('/missing.css')).page.path).toBe('/missing.css');
    expect((await get('/.well-known/security.txt')).page.path).toBe('/.well-known/security.txt');
    expect((await get('/index.php/extra/path')).page.pathInfo).toBe('/extra/path');
    expect((await get('/a/page')).page).toMatchObject({ pathInfo: '', self: '/index.php' });
  });
  test('PHP runs the real path of the release', async () => {
    expect((await get(address())).page.script).toBe('/srv/code/releases/1/index.php');
  });
  test('shared files are files, never pages of the site', async () => {
    const file = await get('/files/hello.txt');
    expect(file.bytes.toString()).toBe('hello\n');
    expect(file.headers['content-security-policy']).toContain('sandbox');
  });
});

describe('headers', () => {
  test('safe ones, each once', async () => {
    const plain = await get(address());
    expect(plain.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    expect(plain.headers.server).toBe('nginx');
    expect(plain.headers['x-powered-by']).toBeUndefined();
  });
  test.each([
    ['X-Frame-Options', 'DENY'],
    ['Referrer-Policy', 'no-referrer'],
    ['X-Content-Type-Options', 'none'],
    ['Content-Security-Policy', "default-src 'self'"],
  ])('the application’s own %s wins, from PHP and from the cache', async (name, value) => {
    const path = address(header(`${name}: ${value}`));
    const [first, stored] = [await get(path), await get(path)];
    expect([first.headers[name.toLowerCase()], stored.headers[name.toLowerCase()]]).toEqual([value, value]);
    expect(stored.cache).toBe('HIT');
  });
  test.each(['/a.css', '/files/hello.txt', '/files/evil.php', '/-/anything', '/redirect?status=302', '/x.sql'])(
    'safe ones also with %s',
    async (path) => {
      await machine.exec('sh', '-c', 'printf x | tee /srv/code/releases/1/a.css >/srv/code/releases/1/x.sql');
      expect((await get(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'strict-origin-when-cross-origin',
      });
    },
  );
  test('one Cache-Control on static files', async () => {
    await machine.exec('sh', '-c', 'printf x >/srv/code/releases/1/a.css');
    expect((await get('/a.css')).headers['cache-control']).toBe('max-age=2592000');
  });
  test('address and scheme come from the load balancer, the last address counts', async () => {
    const answer = await get(address(), {
      'x-forwarded-for': '6.6.6.6, 203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.test',
    });
    expect(answer.page).toMatchObject({ from: '203.0.113.7', https: 'on', forwardedHost: '' });
  });
  test('where CloudFront stands in front of the load balancer, the scheme is the one that it saw', async () => {
    const seen = async (edge: string, balancer: string) =>
      (await get(address(), { 'cloudfront-forwarded-proto': edge, 'x-forwarded-proto': balancer })).page.https;
    expect(await seen('https', 'http')).toBe('on');
    expect(await seen('http', 'https')).toBe('');
  });
  test('the log has one line with the request id', async () => {
    await get('/logged', { 'x-request-id': 'test-0123456789' });
    await expect.poll(() => machine.logs()).toContain('id=test-0123456789');
  });
});

test('the cache can be off, and each application has rules that nginx takes', async () => {
  await machine.apply({ ...settings, application: 'wordpress' });
  for (const path of ['/wp-config.php', '/wp-cron.php', '/wp-includes/load.php', '/wp-content/uploads/x.php']) {
    // Workers of the old configuration may still answer for a moment.
    await expect.poll(async () => (await get(path)).status, { message: path }).toBe(404);
  }
  await machine.apply({ application: 'sample', cache: { enabled: false } });
  await expect.poll(async () => (await get(address())).cache).toBe('OFF');
  expect(await figures('nginx')).toBe('');
});
