/** `bootdev why` on a real replica: each situation is told with its own reason, from what the machines logged. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Why } from '../../src/events.ts';
import { ask } from '../docker/visitor.ts';
import { docker, eventually, type Replica } from './replica.ts';

const machines = ['web-1', 'web-2'];
const ttl = 15; // seconds

/** `replica`: runs the sample with two web machines, and is left so. */
export function testWhy(replica: Replica) {
  const settings = [`cache.ttl=${ttl}`, 'cache.grace=1m', 'cache.varyCookies=age_ok', 'balancer.https=redirect'];
  beforeAll(() => replica.ensure('up', ...settings.flatMap((each) => ['--set', each])));
  afterAll(() => replica.ensure('up'));

  const run = async (...args: string[]) => {
    const { stdout, stderr, code } = await replica.bootdev('why', ...args, '--json');
    if (!stdout.startsWith('{"type":"why"')) throw new Error(`bootdev why ${args.join(' ')}: ${stdout}${stderr}`);
    const { why } = JSON.parse(stdout) as { why: Why };
    return { code, why, layer: (name: string) => why.layers.find(({ layer }) => layer === name) };
  };
  /** The cause in each layer. */
  const reasons = async (...args: string[]) =>
    (await run(...args)).why.layers.map(({ layer, reason }) => `${layer} ${reason}`);
  const inside = async (machine: string, ...command: string[]) =>
    docker('exec', await replica.container(machine), ...command);
  const onBoth = (...command: string[]) => Promise.all(machines.map((machine) => inside(machine, ...command)));
  const script = (name: string) => `/etc/bootdev/current/roles/nginx/${name}`;

  /** As a browser asks, on each web machine. */
  async function store(path: string): Promise<void> {
    const host = `light.localhost:${await replica.value('BOOTDEV_PORT_HTTPS')}`;
    const headers = [`host: ${host}`, 'x-forwarded-proto: https', 'accept-encoding: br'];
    await onBoth(
      'curl',
      '-s',
      '-o',
      '/dev/null',
      ...headers.flatMap((each) => ['-H', each]),
      `http://127.0.0.1${path}`,
    );
  }
  const visit = async (path: string, headers: Record<string, string> = {}) => {
    const port = await replica.value('BOOTDEV_PORT_HTTPS');
    const asBrowser = { 'accept-encoding': 'br', ...headers };
    return ask(`https://127.0.0.1:${port}${path}`, { host: `light.localhost:${port}`, headers: asBrowser });
  };

  test('a miss, then a hit: who served it, its age, its time', async () => {
    const first = await run('/?why=1');
    expect(first.why.layers.map(({ layer, reason }) => `${layer} ${reason}`)).toEqual([
      ...['lb leastconn', 'nginx not-stored', 'php stored', 'database not-measured'],
    ]);
    await store('/?why=1');
    const { why, code, layer } = await run('/?why=1');
    expect([code, why.status]).toEqual([0, 200]);
    expect(machines).toContain(layer('lb')?.verdict);
    expect(layer('nginx')).toMatchObject({
      verdict: 'hit',
      reason: 'hit',
      text: expect.stringMatching(/^stored \d+ s ago, fresh for \d+ s$/),
    });
    expect(layer('nginx')?.notes[0]?.text).toMatch(
      /^br\|https\|light\.localhost:\d+\|[0-9a-f]{8}\|\/\?why=1\|age_ok=$/,
    );
    expect(layer('php')?.reason).toBe('not-asked');
    expect((await visit('/?why=1')).cache).toBe('HIT');
  });

  test('a page that varies: by encoding, and by a cookie of cache.varyCookies', async () => {
    await store('/?why=2');
    expect(await reasons('/?why=2', '--header', 'Accept-Encoding: identity')).toContain('nginx other-encoding');
    const { layer } = await run('/?why=2', '--cookie', 'age_ok=1', '--cookie', '_ga=2');
    expect(layer('nginx')).toMatchObject({ reason: 'other-cookie', text: expect.stringContaining('age_ok') });
    expect(layer('nginx')?.notes[1]?.text).toBe('age_ok: its value is in the key · _ga: not counted · no session');
  });

  test('a session by its cookie, credentials, a path of the application, an answer that may not be stored', async () => {
    const { layer } = await run('/?why=3', '--cookie', 'PHPSESSID=geheim');
    expect(layer('nginx')).toMatchObject({
      verdict: 'bypass',
      reason: 'session-cookie',
      text: expect.stringContaining('PHPSESSID'),
    });
    expect(layer('php')?.reason).toBe('not-kept');
    for (const machine of ['lb', ...machines])
      expect(await docker('logs', await replica.container(machine))).not.toContain('geheim');
    expect(await reasons('/', '--header', 'Authorization: Basic eDp5')).toContain('nginx credentials');
    expect(await reasons('/status.json')).toContain('nginx application-path');
    const uncached = await run('/cache');
    expect(uncached.why.layers.map(({ reason }) => reason)).toEqual([
      'leastconn',
      'never-stored',
      'cache-control',
      'not-measured',
    ]);
    expect(uncached.layer('php')?.notes[0]?.text).toContain('Cache-Control: no-store');
  });

  test('a file of the code, and an upload', async () => {
    await inside('admin', 'sh', '-c', 'echo why >/srv/files/public/why.txt');
    expect(await reasons('/site.css')).toEqual(['lb leastconn', 'nginx static-file']);
    expect(await reasons('/files/why.txt')).toEqual(['lb leastconn', 'nginx upload']);
  });

  test('a redirect of the balancer', async () => {
    const { why } = await run('http://light.localhost/machine');
    expect(why.layers).toEqual([expect.objectContaining({ layer: 'lb', verdict: '301', reason: 'redirect-by-lb' })]);
    expect(why.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a purge', async () => {
    await store('/?why=4');
    await replica.ensure('purge', '/?why=4');
    expect(await reasons('/?why=4')).toEqual(['lb leastconn', 'nginx purged', 'php stored', 'database not-measured']);
  });

  describe('--fresh', () => {
    test('shows a page being built, and what others get stays', async () => {
      await store('/?why=5');
      // Each machine has built its own.
      const before: string[] = [];
      for (const _ of Array(6)) before.push((await visit('/?why=5')).text);
      const { layer } = await run('/?why=5', '--fresh');
      expect(layer('nginx')).toMatchObject({ verdict: 'bypass', reason: 'fresh' });
      expect(layer('php')).toMatchObject({ verdict: '200', reason: 'may-be-stored' });
      const after = await visit('/?why=5');
      expect(after.cache).toBe('HIT');
      expect(before).toContain(after.text);
    });

    test('is nothing that a visitor can ask for, nor a line in the log', async () => {
      await store('/?why=6');
      const secret = '0123456789abcdef0123456789abcdef';
      const { cache, headers } = await visit('/?why=6', { 'bootdev-why': secret });
      expect(cache).toBe('HIT');
      await pause(1500);
      const logs = await Promise.all(machines.map(async (machine) => docker('logs', await replica.container(machine))));
      expect(logs.join('')).toContain(`id=${headers['x-request-id']}`);
      expect(logs.join('')).not.toContain(`{"why":"${headers['x-request-id']}"`);
      expect((await onBoth('ls', '/run/bootdev/why')).join('')).toBe('');
      for (const args of [
        ['begin', '../x', 'asked'],
        ['begin', secret],
        ['begin', secret, 'x'],
      ])
        await expect(inside('web-1', script('why.sh'), ...args)).rejects.toThrow('code 2');
    });
  });

  test('an old page while a new one is made', async () => {
    await store('/?why=7');
    await pause((ttl + 1) * 1000);
    expect(await reasons('/?why=7')).toEqual(['lb leastconn', 'nginx stale', 'php not-asked']);
  });

  test('PHP that does not answer', async () => {
    const socket = '/run/php/php-fpm.sock';
    await onBoth('mv', socket, `${socket}.away`);
    try {
      const { why, layer } = await run('/?why=8');
      expect(why.status).toBe(502);
      expect(layer('php')).toMatchObject({
        ...{ verdict: '502', reason: 'php-dead', text: expect.stringContaining('bootdev logs web-') },
      });
    } finally {
      await onBoth('mv', `${socket}.away`, socket);
    }
  });

  test('no machine that takes a connection', async () => {
    const socket = 'unix-connect:/run/haproxy/admin.sock';
    const all = (state: string) => {
      const each = ['web', 'anyway'].flatMap((backend) =>
        [1, 2].map((at) => `set server ${backend}/web-${at} state ${state}`),
      );
      return inside(
        'lb',
        'sh',
        '-c',
        `for line in ${each.map((line) => `'${line}'`).join(' ')}; do echo "$line" | socat stdio ${socket}; done`,
      );
    };
    await all('maint');
    try {
      const { why, code } = await run('/');
      expect([code, why.status]).toEqual([0, 503]);
      expect(why.layers).toEqual([
        expect.objectContaining({
          layer: 'lb',
          verdict: '503',
          reason: 'no-machine',
          notes: [{ name: 'web', text: 'web-1 healthy · web-2 healthy' }],
        }),
      ]);
    } finally {
      await all('ready');
    }
    await eventually(
      20_000,
      async () => (await visit('/machine')).status,
      (status) => status === 200,
    );
  });
}
