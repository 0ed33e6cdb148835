/** What one visitor may send (settings limits), on a real web machine whose balancer names the visitor. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SettingsInput } from '../../src/settings/schema.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const limit = 3;
const settings: SettingsInput = {
  application: 'wordpress',
  limits: { login: limit, form: limit, loginPaths: '/my-account/*' },
};
let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'web-site'), settings);
  for (const name of ['wp-login', 'xmlrpc', 'wp-comments-post'])
    await machine.exec('sh', '-c', `echo '<?php echo "from PHP";' >/srv/code/releases/1/${name}.php`);
});
afterAll(() => machine?.remove());

/** Addresses that nobody had before: no test is limited by what another sent. */
let visitors = 0;
const visitor = () => `198.51.${Math.floor(++visitors / 250)}.${visitors % 250}`;
const send = (path: string, from: string, method = 'POST') =>
  ask(`${machine.url}${path}`, { method, headers: { 'x-forwarded-for': from, 'content-length': '0' } });
const statuses = async (count: number, ...args: Parameters<typeof send>) => {
  const seen = [];
  for (let n = 0; n < count; n++) seen.push((await send(...args)).status);
  return seen;
};
const answered = (seen: number[]) => seen.filter((status) => status === 200).length;

describe.each(['/wp-login.php', '/wp-comments-post.php', '/my-account/edit'])('%s', (path) => {
  test('takes a minute’s worth at once; then it says when to come back', async () => {
    const from = visitor();
    const seen = await statuses(10, path, from);
    expect(seen.slice(0, limit)).toEqual(Array(limit).fill(200));
    expect(answered(seen)).toBeLessThanOrEqual(limit + 1);
    const { status, headers, text } = await send(path, from);
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'retry-after': '60',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(text).toContain('Please try again in a minute.');
  });

  test('looking at it, and everything else, stays free', async () => {
    const from = visitor();
    await statuses(10, path, from);
    expect((await send(path, from, 'GET')).status).toBe(200);
    expect((await send('/some/page', from)).status).toBe(200);
    expect((await send('/', from, 'GET')).status).toBe(200);
  });
});

test('visitors do not count for each other: 60 who mistype a password three times', async () => {
  const crowd = Array.from({ length: 60 }, visitor);
  const seen = await Promise.all(crowd.map((from) => statuses(3, '/wp-login.php', from)));
  expect(new Set(seen.flat())).toEqual(new Set([200]));
});

test('a visitor is who the balancer says, whatever he claims before that', async () => {
  const from = visitor();
  const seen = [];
  for (let n = 0; n < 10; n++) seen.push((await send('/wp-login.php', `203.0.113.${n}, ${from}`)).status);
  expect(answered(seen)).toBeLessThanOrEqual(limit + 1);
});

test('of IPv6 a whole network is one visitor, and the next network another', async () => {
  const seen = [];
  for (let n = 1; n <= 10; n++) seen.push((await send('/wp-login.php', `2001:db8:a:b:${n}::${n}`)).status);
  expect(answered(seen)).toBeLessThanOrEqual(limit + 1);
  expect((await send('/wp-login.php', '2001:db8:a:c::1')).status).toBe(200);
});

test('the log names a visitor once, and each refused request in its own line', async () => {
  const from = visitor();
  await statuses(10, '/wp-login.php', from);
  await expect.poll(() => machine.logs()).toContain(`${from} sends more than limits.login allows`);
  const lines = (await machine.logs()).split('\n');
  expect(lines.filter((line) => line.includes(`${from} sends more`))).toHaveLength(1);
  await expect
    .poll(
      async () =>
        (await machine.logs()).split('\n').filter((line) => line.includes(`${from} "POST`) && line.includes(' 429 '))
          .length,
    )
    .toBeGreaterThanOrEqual(6);
  expect(lines.filter((line) => line.includes('limiting requests'))).toEqual([]);
});

test('a 429 of the application is its own', async () => {
  const answer = await send('/page?status=429', visitor());
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, undefined]);
  expect(answer.text).toContain('"id"');
});

test('by default a login form is sent 20 times without a word, and XML-RPC has a limit of its own', async () => {
  await machine.apply({ application: 'wordpress' });
  const from = visitor();
  await expect.poll(async () => answered(await statuses(20, '/wp-login.php', visitor()))).toBe(20);
  const [logins, calls] = [await statuses(60, '/wp-login.php', from), await statuses(60, '/xmlrpc.php', from)];
  expect(answered(logins)).toBeLessThan(40);
  expect(answered(calls)).toBeGreaterThan(answered(logins));
  expect(calls).toContain(429);
});

test('0 means no limit, with the cache or without', async () => {
  await machine.apply({ application: 'wordpress', cache: { enabled: false }, limits: { login: 0, xmlrpc: 0 } });
  const count = 100;
  await expect.poll(async () => answered(await statuses(count, '/wp-login.php', visitor()))).toBe(count);
  expect(answered(await statuses(count, '/xmlrpc.php', visitor()))).toBe(count);
  expect(await statuses(60, '/wp-comments-post.php', visitor())).toContain(429);
});

test.each(['drupal', 'drupal7'])(
  "%s: who sends a form to antibot's own page, which takes none, is limited too",
  async (application) => {
    const other = await startWebMachine(join(import.meta.dirname, 'web-site'), {
      application,
      limits: { form: limit },
    });
    try {
      const seen = [];
      for (let n = 0; n < 5; n++)
        seen.push(
          (
            await ask(`${other.url}/antibot`, {
              method: 'POST',
              headers: { 'x-forwarded-for': '198.51.100.7', 'content-length': '0' },
            })
          ).status,
        );
      expect(seen.at(-1)).toBe(429);
      expect(seen[0]).not.toBe(429);
    } finally {
      await other.remove();
    }
  },
);
