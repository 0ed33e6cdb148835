/** The CDN machine beside 58-edge: what it keeps, under what and for how long is what the template says CloudFront does (test/cfn/cloudfront.ts). */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Parity } from '../../src/events.ts';
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

describe('a release has other names for its styles and scripts', () => {
  const named = (version: number) => [`/app.${version}${version}${version}.css`, `/assets/index-Ab${version}x.js`];
  const write = async (version: number) => {
    const site = join(replica.dir, 'site');
    await rm(join(site, 'assets'), { recursive: true, force: true });
    for (const path of named(version - 1)) await rm(join(site, path), { force: true });
    await mkdir(join(site, 'assets'), { recursive: true });
    for (const path of named(version)) await writeFile(join(site, path), `version ${version}`);
    await writeFile(join(site, 'version.php'), `<?php return ${JSON.stringify(named(version).join(' '))};`);
    await replica.ensure('up');
  };
  const asset = async (path: string) => {
    const { status, body, headers } = await visit({ path });
    return [path, status, body, headers['content-type'], headers['cache-control']];
  };
  const whole = (version: number) =>
    named(version).map((path) => [
      ...[path, 200, `version ${version}`],
      ...[path.endsWith('.css') ? 'text/css' : 'text/javascript', 'max-age=2592000'],
    ]);

  test('no page misses one while releases come, nor later', async () => {
    await write(1);
    let done = false;
    const missed: string[] = [];
    const seen = new Set<string>();
    const visitor = async (wait: number) => {
      while (!done) {
        const { assets = '' } = page(await visit({ path: '/page?assets' }));
        await pause(wait); // a page that is open for a while
        for (const path of assets.split(' ')) {
          const { status, body } = await visit({ path });
          if (status !== 200 || !body.startsWith('version')) missed.push(`${path} ${status} ${body}`);
          seen.add(path);
        }
      }
    };
    const visitors = [0, 0, 50, 400, 1500].map(visitor);
    for (const version of [2, 3, 4]) await write(version);
    done = true;
    await Promise.all(visitors);
    expect(missed).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining([...named(1), ...named(4)]));
    // Nobody has asked the CDN for it since.
    for (const version of [1, 2, 3, 4]) expect(await Promise.all(named(version).map(asset))).toEqual(whole(version));
  });

  test("each web machine has them; what no release had is the application's answer", async () => {
    for (const machine of ['web-1', 'web-2']) {
      const curl = (...args: string[]) => replica.exec(machine, 'curl', '-s', ...args);
      expect(await curl(`http://127.0.0.1${named(1)[0]}`)).toBe('version 1');
      expect(await curl('-I', `http://127.0.0.1${named(1)[0]}`)).toMatch(/^HTTP\/1\.1 200 /);
      expect(await curl('http://127.0.0.1/app.999.css')).toContain('"script"');
      expect(await curl('-D', '-', `http://127.0.0.1${named(1)[0]}`)).not.toMatch(/^x-amz|^server: (?!nginx)/im);
    }
  });

  test("the bucket gone: a missing file is the application's answer, and a release still comes", async () => {
    await docker('stop', await replica.container('s3'));
    try {
      expect((await visit({ path: '/app.998.css' })).body).toContain('"script"');
      expect((await visit({ path: `${named(4)[0]}?again` })).body).toBe('version 4');
      await writeFile(join(replica.dir, 'site/style.css'), 'newer');
      await replica.bootdev('up');
    } finally {
      await replica.ensure('up');
    }
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

describe('parity', () => {
  const parity = async () => {
    const { stdout } = await replica.bootdev('parity', '--json');
    const { rows } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '').parity as Parity;
    return rows;
  };
  const wrong = async () => (await parity()).filter(({ state }) => state === 'differs').map(({ name }) => name);

  test('its behaviours and the rules of the bucket are what the settings ask for, in rows of their own', async () => {
    const rows = await parity();
    expect(rows.filter(({ state }) => state === 'differs')).toEqual([]);
    expect(rows.find(({ name }) => name === '* key cookies')?.replica).toBe('NO_CACHE PHPSESSID currency');
    expect(rows.find(({ name }) => name === 'CORS origins')?.replica).toBe('https://app.example.org itself');
    expect(rows.filter(({ part }) => part === 'cdn' || part === 'bucket').length).toBeGreaterThan(150);
  });

  test('another lifetime in its file is found as the behaviour that it is, beside the file and line', async () => {
    const edit = (from: string, to: string) =>
      replica.exec('cdn', 'sed', '-i', `s/"${from}"/"${to}"/`, '/etc/bootdev/current/etc/nginx/origins.conf');
    await edit('0 0 60', '0 0 90');
    expect(await wrong()).toEqual(['cdn', '* seconds']);
    await edit('0 0 90', '0 0 60');
    expect(await wrong()).toEqual([]);
  });

  test('CORS rules that a program gave the bucket are found in what the bucket answers; the row says how to get the others back', async () => {
    const rule = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';
    const body = `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`;
    const put = `sed 's/curl /curl -X PUT -H "content-type: application\\/xml" --data-binary "$1" /' /etc/bootdev/current/roles/s3/cors.sh >/tmp/put && bash /tmp/put "$1"`;
    await replica.exec('s3', 'bash', '-c', put, 'put', body);
    const rows = (await parity()).filter(({ state }) => state === 'differs');
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['CORS origins', 'CORS methods']));
    const [, command = ''] = /bootdev (exec s3 .*)$/.exec(rows[0]?.text ?? '') ?? [];
    await replica.ensure(...command.split(' '));
    await expect.poll(wrong, { timeout: 60_000 }).toEqual([]);
  });
});
