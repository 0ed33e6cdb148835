/** Pages of a real server on this computer: each row with what is right, and what is not. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PageCheck } from '../../../src/events.ts';
import { checkPage } from '../../../src/site/check/page/check-page.ts';
import { type Place, placeOf } from '../../../src/site/check/page/places.ts';
import { newReplica } from '../../replica/replica.ts';

type Answer = [status: number, headers: Record<string, string>, body: string | Buffer];
type Answers = Record<string, Answer | ((host: string) => Answer)>;

async function server(answers: Answers) {
  const asked: string[] = [];
  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    const said = answers[request.url ?? ''] ?? [404, {}, ''];
    const [status, headers, body] = typeof said === 'function' ? said(request.headers.host ?? '') : said;
    response.writeHead(status, headers).end(body);
  };
  const listening = createServer(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return { asked, port: (listening.address() as AddressInfo).port };
}

async function run(place: Place): Promise<PageCheck> {
  const events = checkPage(place, new AbortController().signal);
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('no check');
    if (value.type === 'page-check') return value.check;
  }
}

/** A page at /, checked; the address of a site called http://127.0.0.1:PORT is HERE in it. */
async function check(html: string, headers: Record<string, string> = {}, others: Answers = {}) {
  const { port } = await server({
    ...others,
    '/': (host) => [
      200,
      { 'content-type': 'text/html; charset=utf-8', ...headers },
      html.replaceAll('HERE', `http://${host}`),
    ],
  });
  return run(placeOf(`http://127.0.0.1:${port}/`));
}

const row = ({ rows }: PageCheck, name: string) => {
  const { state, text, remedy } = rows.find((each) => each.name === name) ?? {};
  return [state, text, ...(remedy ? [remedy] : [])];
};
const states = ({ rows }: PageCheck) => Object.fromEntries(rows.map(({ name, state }) => [name, state]));

/** The head of a PNG, which says its size. */
function png(width: number, height: number): Buffer {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452000000000000000008060000001f15c489', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
const picture = (width: number, height: number): Answer => [200, { 'content-type': 'image/png' }, png(width, height)];

const complete = `<!doctype html><html lang="en"><head><title>News of the shop</title>
<meta name="description" content="What is new."><link rel="canonical" href="HERE/"><link rel="icon" href="/icon.png">
<meta name="viewport" content="width=device-width"><meta property="og:title" content="News">
<meta property="og:description" content="New."><meta property="og:url" content="HERE/"><meta property="og:image" content="HERE/og.png">
<meta name="twitter:card" content="summary"><script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":["Organization"]}]}</script>
</head><body><h1>News <em>today</em></h1><img src="a.png" alt="" width="1" height="1"></body></html>`;

test('a page that has all', async () => {
  const others = { '/og.png': picture(1200, 630), '/icon.png': picture(32, 32) };
  const found = await check(complete, {}, others);
  // Only that this server has no certificate.
  expect(Object.entries(states(found)).filter(([, state]) => state !== 'good')).toEqual([['encryption', 'missing']]);
  expect(row(found, 'title')).toEqual(['good', '16 characters: News of the shop']);
  expect(row(found, 'h1')).toEqual(['good', 'News today']);
  expect(row(found, 'JSON-LD')).toEqual(['good', 'WebPage, Organization']);
  expect(row(found, 'og:image')[1]).toMatch(/^1200 × 630 PNG, 1 kB · http:\/\/127/);
});

test('a page that has nothing', async () => {
  const found = await check('<p>Hi</p>');
  expect(found.good).toBe(false);
  expect(states(found)).toEqual({
    ...{ answer: 'good', size: 'good', title: 'missing', description: 'missing', canonical: 'missing', robots: 'good' },
    ...{
      viewport: 'missing',
      language: 'missing',
      favicon: 'missing',
      'og:title': 'missing',
      'og:description': 'missing',
    },
    ...{ 'og:url': 'missing', 'og:image': 'missing', 'twitter:card': 'missing', h1: 'missing', 'JSON-LD': 'none' },
    ...{ images: 'good', encryption: 'missing' },
  });
  expect(found.rows.filter(({ state }) => state === 'missing').every(({ remedy }) => remedy)).toBe(true);
});

describe('one thing that is wrong', () => {
  const wrong = (from: string, to: string, headers = {}, others: Answers = {}) =>
    check(complete.replace(from, to), headers, {
      '/og.png': picture(1200, 630),
      '/icon.png': picture(32, 32),
      ...others,
    });

  test.each([
    ['a long title', 'News of the shop', 'x'.repeat(71), 'title', 'more is cut'],
    ['two titles', '<title>', '<title>a</title><title>', 'title', 'one <title>'],
    ['a relative canonical', 'href="HERE/"', 'href="/"', 'canonical', 'the whole address'],
    ["another host's canonical", 'href="HERE/"', 'href="https://shop.example/"', 'canonical', 'as its host'],
    [
      'two canonicals',
      '<link rel="canonical"',
      '<link rel="canonical" href="HERE/a"><link rel="canonical"',
      'canonical',
      'one of them',
    ],
    [
      'a div in the head, which ends it',
      '<link rel="canonical"',
      '<div></div><link rel="canonical"',
      'canonical',
      'in the head',
    ],
    [
      'noindex',
      '<meta name="viewport"',
      '<meta name="ROBOTS" content="noindex"><meta name="viewport"',
      'robots',
      'without noindex',
    ],
    ['broken JSON-LD', '{"@graph"', '{@graph', 'JSON-LD', 'JSON without a mistake'],
    [
      'another og:url than canonical',
      'content="HERE/"',
      'content="HERE/other"',
      'og:url',
      'the same address as canonical',
    ],
    ['a relative picture', 'content="HERE/og.png"', 'content="/og.png"', 'og:image', 'whole address'],
    ['a picture that is not there', 'HERE/og.png', 'HERE/none.png', 'og:image', 'anybody can ask for'],
    ['an empty heading', 'News <em>today</em>', ' ', 'h1', 'one <h1>'],
    ['no alt', 'alt="" ', '', 'images', 'alt=""'],
    ['no width', 'width="1" ', '', 'images', 'does not jump'],
  ])('%s', async (_, from, to, name, remedy) => {
    const [state, , said] = row(await wrong(from, to), name);
    expect([state, said]).toEqual(['missing', expect.stringContaining(remedy)]);
  });

  test.each([
    ['a thumbnail', picture(600, 315), '600 × 315 PNG', 'thumbnail'],
    ['a small one', picture(100, 630), '100 × 630 PNG', 'not shown'],
    ['an SVG', [200, {}, '<svg xmlns="x" width="2000" height="2000"/>'] as Answer, 'SVG', 'no network shows an SVG'],
    ['a page', [200, {}, '<html>'] as Answer, 'no PNG', 'a PNG or JPEG'],
  ])('a picture that is %s', async (_, answer, text, remedy) => {
    const found = row(await wrong('', '', {}, { '/og.png': answer }), 'og:image');
    expect(found).toEqual(['missing', expect.stringContaining(text), expect.stringContaining(remedy)]);
  });

  test('noindex as a header', async () => {
    expect(row(await wrong('', '', { 'x-robots-tag': 'noindex, nofollow' }), 'robots')[0]).toBe('missing');
  });

  test('its text does nothing in a terminal', async () => {
    const found = await wrong('News of the shop', 'N\u001b[31me\u009b2Jw\u202es');
    expect(row(found, 'title')[1]).toMatch(/^\d+ characters: New ?s$/);
    expect(found.rows.map(({ text }) => text).join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('the way to it', () => {
  const page: Answer = [200, { 'content-type': 'text/html' }, complete];

  test('redirects are followed and said; more than one is too many', async () => {
    const { port } = await server({
      '/a': [302, { location: '/b' }, ''],
      '/b': [301, { location: '/c' }, ''],
      '/c': page,
    });
    const at = `http://127.0.0.1:${port}`;
    expect(row(await run(placeOf(`${at}/b`)), 'redirects')).toEqual(['good', `${at}/b (301) → ${at}/c`]);
    const found = await run(placeOf(`${at}/a`));
    expect(row(found, 'redirects')[0]).toBe('missing');
    expect(found.url).toBe(`${at}/c`);
  });

  test('a circle, a place where nothing answers, a name that nobody knows', async () => {
    const { port, asked } = await server({ '/a': [301, { location: '/a' }, ''] });
    await expect(run(placeOf(`http://127.0.0.1:${port}/a`))).rejects.toThrow('more than 5 redirects');
    expect(asked).toHaveLength(6);
    await expect(run(placeOf('http://127.0.0.1:9/'))).rejects.toThrow('nothing answers at 127.0.0.1:9');
    await expect(run(placeOf('http://no.invalid/'))).rejects.toThrow('the name no.invalid is not known');
  });

  test("nobody's page leads to this computer's own network", async () => {
    const secret = await server({ '/': page, '/og.png': picture(1200, 630) });
    const html = complete.replace('HERE/og.png', `http://127.0.0.1:${secret.port}/og.png`);
    const { port } = await server({
      '/': [301, { location: `http://127.0.0.1:${secret.port}/` }, ''],
      '/page': [200, { 'content-type': 'text/html' }, html],
    });
    await expect(run(placeOf(`http://127.0.0.1:${port}/`))).rejects.toThrow("leads to this computer's own network");
    const found = await run(placeOf(`http://127.0.0.1:${port}/page`));
    expect(row(found, 'og:image')[1]).toContain("leads to this computer's own network");
    expect(secret.asked).toEqual([]);
  });

  test.each([
    ['404', [404, { 'content-type': 'text/html' }, complete] as Answer, 'answer', '404'],
    ['a picture', picture(10, 10), 'kind', 'image/png'],
    [
      'a page without end',
      [200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(20_000_000))] as Answer,
      'size',
      'more than 5.0 MB',
    ],
    [
      'elements without end',
      [200, { 'content-type': 'text/html' }, '<p><b>'.repeat(300_000)] as Answer,
      'kind',
      'too many elements',
    ],
    [
      'much uncompressed',
      [200, { 'content-type': 'text/html' }, complete + 'x'.repeat(30_000)] as Answer,
      'size',
      '31 kB',
    ],
  ])('%s', async (_, answer, name, text) => {
    const { port } = await server({ '/': answer });
    expect(row(await run(placeOf(`http://127.0.0.1:${port}/`)), name)).toEqual([
      'missing',
      expect.stringContaining(text),
      expect.any(String),
    ]);
  });

  test('compressed pages are unpacked, other encodings decoded', async () => {
    const latin = Buffer.from('<meta charset="iso-8859-1"><title>Größe</title>', 'latin1');
    const { port } = await server({
      '/br': [200, { 'content-type': 'text/html', 'content-encoding': 'br' }, brotliCompressSync(complete)],
      '/latin': [200, { 'content-type': 'text/html' }, latin],
    });
    expect(row(await run(placeOf(`http://127.0.0.1:${port}/br`)), 'size')[1]).toMatch(/\(br\)$/);
    expect(row(await run(placeOf(`http://127.0.0.1:${port}/latin`)), 'title')[1]).toContain('Größe');
  });

  test('a half of a compressed page is an error in words', async () => {
    const body = gzipSync(Buffer.from(complete.repeat(50))).subarray(0, 300);
    const { port } = await server({ '/': [200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, body] });
    await expect(run(placeOf(`http://127.0.0.1:${port}/`))).rejects.toThrow(
      'cannot be asked for: unexpected end of file',
    );
  });
});

describe('what was named', () => {
  test.each(['foo', 'ftp://shop.example/', 'javascript:alert(1)', 'http://', 'shop.example/news'])(
    '"%s" is no address',
    (text) => {
      expect(() => placeOf(text)).toThrow(/is not an address/);
    },
  );

  test('what was meant is said', () => {
    expect(() => placeOf('shop.example/news')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('bootdev check https://shop.example/news'), code: 2 }),
    );
  });

  test('a path is of the replica, and its names lead to its balancer', async () => {
    const replica = await newReplica();
    expect(() => placeOf('/news')).toThrow('The replica was not started yet.');
    await replica.up();
    const place = placeOf('/news?a=1#b', await replica.open());
    expect(place.url.href).toBe('https://shop.localhost:8443/news?a=1');
    expect(place.to(new URL('https://shop.localhost/x'))).toEqual({ via: '127.0.0.1:8443', isNamed: false });
    expect(place.to(new URL('http://www.shop.localhost/x'))?.via).toBe('127.0.0.1:8080');
    expect(place.to(new URL('https://shop.localhost.example/x'))?.via).toBeUndefined();
    expect(place.to(new URL('file:///etc/passwd'))).toBeUndefined();
    expect(() => placeOf('//evil.example/', undefined)).toThrow();
  });

  test("in a replica, too, another site's page gets no advice of its application", async () => {
    const replica = await newReplica('application: wordpress\nsearch: { engine: none }\nfiles: { store: volume }\n');
    expect(placeOf('https://www.example.org/', await replica.open()).metaTags).toBeUndefined();
  });
});
