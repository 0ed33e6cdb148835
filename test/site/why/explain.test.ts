/** Each situation has its own reason, and says it in a sentence. */
import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/site/why/explain.ts';
import type { NginxLine, Observed } from '../../../src/site/why/observed.ts';
import { readBalancer } from '../../../src/site/why/read.ts';
import { balancerLine, id, type Line, nothingStored, observed, php, removed } from './observed.ts';

const told = (line?: Line, over?: Partial<Observed>) => explain(observed(line, over), { id, typed: '/news' });
const layer = (name: string, line?: Line, over?: Partial<Observed>) =>
  told(line, over).layers.find((each) => each.layer === name);
const answered = (status: number, headers: Record<string, string[]> = {}) => ({
  answer: { status, headers, milliseconds: 5, bytes: 0 },
});

test('a hit: machine, age, time left, key, and that PHP was not asked', () => {
  expect(told()).toEqual({
    url: 'https://shop.localhost:8443/news',
    status: 200,
    milliseconds: 12,
    id,
    layers: [
      {
        layer: 'lb',
        verdict: 'web-2',
        reason: 'leastconn',
        text: 'leastconn: the machine with the fewest requests at this moment',
        milliseconds: 4,
        notes: [],
      },
      {
        layer: 'nginx',
        verdict: 'hit',
        reason: 'hit',
        text: 'stored 6 s ago, fresh for 4 s',
        milliseconds: 4,
        notes: [{ name: 'key', text: 'br|https|shop.localhost:8443|a41f00c9|/news' }],
      },
      { layer: 'php', verdict: 'not asked', reason: 'not-asked', text: '', notes: [] },
    ],
    next: [
      { text: 'see it built', command: 'bootdev why --fresh /news' },
      { text: 'all of its lines', command: `bootdev logs --grep ${id}` },
    ],
  });
});

const skipped = (...reasons: string[]) => ({
  cache: 'BYPASS',
  seen: undefined,
  skip: { reasons, credentials: [] },
  ...php({ page: undefined }),
});
const miss = { cache: 'MISS', ...php() };
const cookie = (name: string, kind: NginxLine['cookies'][number]['kind']) => ({ cookies: [{ name, kind }] });

describe('what nginx did', () => {
  test.each<[string, Line, string, string]>([
    ['not-stored', { ...miss, ...nothingStored }, 'miss', 'nobody asked this machine'],
    ['purged', { ...miss, ...removed('purge') }, 'miss', 'taken out 3 s ago by a purge, and built again now'],
    ['withdrawn', { ...miss, ...removed('prelude') }, 'miss', 'taken out 3 s ago: an answer came'],
    ['never-stored', { cache: 'MISS', ...nothingStored, ...php({ page: 'vary' }) }, 'miss', 'not stored (see php)'],
    [
      'other-encoding',
      { ...miss, seen: { here: null, encodings: ['', 'gzip'], bare: false } },
      'miss',
      'there for no compression and gzip, not for br',
    ],
    [
      'other-cookie',
      {
        ...miss,
        seen: { here: null, encodings: [], bare: true },
        key: { encoding: 'br', scheme: 'https', root: '/', host: 'h', address: '/', vary: ['age_ok'] },
      },
      'miss',
      'there for visitors without age_ok',
    ],
    ['expired', { ...miss, cache: 'EXPIRED' }, 'miss', 'cache.ttl 10 s, cache.grace 1 s'],
    ['stale', { cache: 'STALE' }, 'stale', 'PHP makes a new one behind this answer'],
    ['stale', { cache: 'UPDATING' }, 'stale', 'another request is making a new one'],
    [
      'stale-error',
      { cache: 'STALE', ...php({ status: '502', head: '-' }) },
      'stale',
      'PHP failed (502), so the old page, stored 6 s ago: for 1 d at most',
    ],
    ['waited', { waited: 312 }, 'hit', 'waited 312 ms'],
    [
      'session-cookie',
      { ...skipped('session'), ...cookie('PHPSESSID', 'session') },
      'bypass',
      'PHPSESSID means a session',
    ],
    ['unknown-cookie', { ...skipped('session'), ...cookie('auth', 'unknown') }, 'bypass', 'nobody knows auth'],
    [
      'credentials',
      { ...skipped('credentials'), skip: { reasons: ['credentials'], credentials: ['Authorization'] } },
      'bypass',
      'the header Authorization',
    ],
    ['live', skipped('live', 'session'), 'bypass', 'live code'],
    ['application-path', skipped('application'), 'bypass', 'docker/apps/php/nginx/http.conf'],
    ['uncached-path', skipped('settings'), 'bypass', 'cache.uncachedPaths'],
    ['method', skipped('method'), 'bypass', 'only GET and HEAD'],
    ['body', skipped('body'), 'bypass', 'has a body'],
    ['fresh', { ...skipped(), asked: 'fresh' }, 'bypass', '--fresh'],
    ['off', { cache: 'OFF', ...php() }, 'off', 'cache.enabled'],
    ['uncached-address', { cache: '', seen: undefined, ...php() }, 'no cache', 'never has a page'],
  ])('%s', (reason, line, verdict, text) => {
    expect(layer('nginx', line)).toMatchObject({ verdict, reason, text: expect.stringContaining(text) });
  });

  const file = (path: string, status = 200) => ({
    cache: undefined,
    key: undefined,
    skip: undefined,
    seen: undefined,
    file: path,
    status,
  });
  test.each<[string, Line, string]>([
    ['static-file', file('/srv/code/releases/1/web/site.css'), 'file'],
    ['upload', file('/srv/files/public/a.png'), 'file'],
    ['private-file', file('/srv/files/private/a.pdf'), 'file'],
    ['files-silent', file('/srv/files/public/a.png', 503), '503'],
    ['redirect-by-nginx', file('/srv/code/releases/1/web/wp-admin', 301), '301'],
    ['not-for-visitors', file('/srv/code/releases/1/web/.env', 404), '404'],
    ['limit', file('/srv/code/releases/1/web/', 429), '429'],
  ])('%s', (reason, line, verdict) => {
    const { layers } = told(line);
    expect(layers.at(-1)).toMatchObject({
      layer: 'nginx',
      verdict,
      reason,
      notes: [{ name: 'file', text: line.file }],
    });
  });

  test('each cookie says whether it counted, and of one in the key the name alone', () => {
    const key = { encoding: 'br', scheme: 'https', root: '/x', host: 'h', address: '/', vary: ['age_ok', 'lang'] };
    const cookies: NginxLine['cookies'] = [
      { name: '_ga', kind: 'harmless' },
      { name: 'age_ok', kind: 'vary' },
    ];
    expect(layer('nginx', { cookies, key })?.notes).toEqual([
      { name: 'key', text: 'br|https|h|/x|/|age_ok=…|lang=' },
      { name: 'cookies', text: '_ga: not counted · age_ok: its value is in the key · no session' },
    ]);
  });
});

describe('what PHP did', () => {
  test.each([
    ['stored', {}, 'stored for 10 s'],
    ['set-cookie', { page: 'set-cookie' }, 'it sets a cookie'],
    ['cache-control', { page: 'cache-control', control: 'no-store' }, 'its Cache-Control says so'],
    ['vary', { page: 'vary' }, 'varies by more than'],
    ['silent', { page: 'silent' }, 'no header says'],
    ['expires', { page: 'expires' }, 'its Expires is over'],
    ['purged-meanwhile', { page: 'purged-meanwhile' }, 'a purge came'],
    ['streamed', { page: undefined }, 'in parts'],
    ['refused', { page: '\u001b[31m' }, 'the prelude says no'],
  ])('%s', (reason, said, text) => {
    expect(layer('php', { cache: 'MISS', ...nothingStored, ...php(said) })).toMatchObject({
      ...{ verdict: '200', reason, milliseconds: 52, text: expect.stringContaining(text) },
    });
  });

  test('the headers that decided; of a cookie that is set no value', () => {
    const over = answered(200, { 'set-cookie': ['shopsid=secret; Path=/'] });
    const line = { cache: 'MISS', ...php({ page: 'set-cookie', control: 'private', vary: 'Cookie' }) };
    expect(layer('php', line, over)?.notes).toEqual([
      { name: 'headers', text: 'Cache-Control: private · Vary: Cookie · Set-Cookie: shopsid=…' },
    ]);
  });

  test('for --fresh: that it may be stored, and was not', () => {
    const line = { cache: 'BYPASS', asked: 'fresh', ...php() };
    expect(layer('php', line)).toMatchObject({
      reason: 'may-be-stored',
      text: 'may be stored for 10 s; not done now, for --fresh',
    });
  });

  test.each([
    ['php-dead', '502', 502],
    ['php-too-late', '504', 504],
  ])('%s: its log is next', (reason, said, status) => {
    const line = { cache: undefined, status, ...nothingStored, ...php({ status: said, head: '-', page: undefined }) };
    expect(layer('nginx', line)).toMatchObject({ verdict: 'miss', reason: 'not-stored' });
    expect(layer('php', line)).toMatchObject({
      reason,
      text: expect.stringContaining('bootdev logs web-2 --program php-fpm'),
    });
    expect(told(line).next).toContainEqual({ text: 'see the machines', command: 'bootdev status' });
  });

  test('the time of a request that was sent to wait is of both tries', () => {
    expect(layer('php', { cache: 'MISS', ...php({ status: '200 : 200', seconds: '0.001 : 0.050' }) })).toMatchObject({
      verdict: '200',
      milliseconds: 51,
    });
  });

  test('nobody measures the database apart', () => {
    expect(layer('database', { cache: 'MISS', ...php() })).toMatchObject({ reason: 'not-measured' });
    expect(layer('database')).toBeUndefined();
  });
});

describe('what the balancer did', () => {
  const balancer = (line: Parameters<typeof balancerLine>[0], over: Partial<Observed> = {}) =>
    explain(
      observed(undefined, {
        lb: readBalancer([balancerLine(line)], id),
        machine: undefined,
        nginx: undefined,
        ...over,
      }),
      {
        id,
        typed: '/',
      },
    );
  const nobody = { way: 'https~ web/<NOSRV>', times: '0/-1/-1/-1/5', address: '-' };
  test.each([
    [
      'redirect-by-lb',
      { way: 'http http/<NOSRV>', end: 'LR--', address: '-' },
      answered(301, { location: ['https://shop.localhost/'] }),
      'redirects http to https://shop.localhost/',
    ],
    ['other-site', { ...nobody, end: 'PR--' }, answered(421), 'site.domain is shop.localhost'],
    ['refused-by-lb', { ...nobody, end: 'PR--' }, answered(405), 'own rules'],
    ['no-machine', { ...nobody, status: '503', end: 'SC--' }, answered(503), 'no web machine takes a connection'],
    ['queue', { status: '503', end: 'sQ--' }, answered(503), 'no web machine had a place'],
    ['machine-too-late', { status: '504', end: 'sH--' }, answered(504), 'did not answer in time'],
    ['machine-ended', { status: '502', end: 'SH--' }, answered(502), 'closed the connection'],
  ])('%s, and nothing is told of what was not asked', (reason, line, over, text) => {
    const said = balancer(line, { ...over, web: [{ name: 'web-1', state: 'exited' }] });
    expect(said.layers).toEqual([
      expect.objectContaining({ layer: 'lb', reason, text: expect.stringContaining(text) }),
    ]);
  });

  test('without a machine: what each of them is', () => {
    const web = [
      { name: 'web-1', state: 'exited' },
      { name: 'web-2', state: 'unhealthy' },
    ];
    const [lb] = balancer({ ...nobody, status: '503', end: 'SC--' }, { ...answered(503), web }).layers;
    expect(lb?.notes).toEqual([{ name: 'web', text: 'web-1 exited · web-2 unhealthy' }]);
  });

  test.each([
    ['no-healthy-machine', { way: 'https~ anyway/web-1' }],
    ['retried', { counts: '1/1/0/0/+1' }],
    ['sticky', { end: '--VN' }],
  ])('%s', (reason, line) => {
    expect(layer('lb', {}, { lb: readBalancer([balancerLine(line)], id) })).toMatchObject({ reason, verdict: 'web-2' });
  });

  test('a line that did not come is said, not guessed', () => {
    expect(layer('lb', {}, { lb: undefined })).toMatchObject({ verdict: '?', reason: 'no-line' });
    expect(told(undefined, { nginx: undefined }).layers.at(-1)).toMatchObject({ layer: 'nginx', reason: 'no-line' });
  });
});
