/** Sessions in memcached: a visitor's requests wait for each other (trial W9), with both nodes of a session, and while one is gone or hangs. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MemcachedNode, startMemcached } from './memcached.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

const names = ['one', 'two'] as const;
const nodes: Partial<Record<(typeof names)[number], MemcachedNode>> = {};
let machine: WebMachine;
/** A new, empty node under a name that the machine knows. */
async function start(name: (typeof names)[number]): Promise<void> {
  const node = await startMemcached();
  nodes[name] = node;
  const change = `grep -v " ${name}\\$" /etc/hosts >/tmp/hosts; echo "${node.host} ${name}" >>/tmp/hosts; cat /tmp/hosts >/etc/hosts`;
  await machine.exec('sh', '-c', change);
}
beforeAll(async () => {
  const settings = { application: 'php', php: { maxExecutionTime: 8 } } as const;
  const target = { MEMCACHED: names.map((name) => `${name}:11211`).join(',') };
  machine = await startWebMachine(join(import.meta.dirname, 'trials-site'), settings, { over: target });
  for (const name of names) await start(name);
});
afterAll(async () => {
  await machine?.remove();
  for (const node of Object.values(nodes)) await node.stop();
});

const hold = (session: string, ms = 0) =>
  ask(`${machine.url}/hold?ms=${ms}`, { headers: { cookie: `PHPSESSID=${session}` } });
const does = async (what: string, session: string) =>
  (await ask(`${machine.url}/session?do=${what}`, { headers: { cookie: `PHPSESSID=${session}` } })).text.trim();
async function begin(): Promise<string> {
  const cookie = String((await ask(`${machine.url}/hold`)).headers['set-cookie']);
  return /PHPSESSID=([^;]+)/.exec(cookie)?.[1] ?? '';
}
const many = (count: number) => Promise.all(Array.from({ length: count }, begin));

/** One request keeps the session for some time; 0.4 s later three more come. */
async function together(session: string, ms = 4000): Promise<string[]> {
  const first = hold(session, ms);
  await pause(400);
  const others = await Promise.all([1, 2, 3].map(() => hold(session)));
  expect(Math.min(...others.map(({ milliseconds }) => milliseconds))).toBeGreaterThan(ms - 1000);
  return [await first, ...others].map(({ text }) => text.trim()).sort();
}
const inTurn = ['ok 2', 'ok 3', 'ok 4', 'ok 5'];

test('requests of one session wait for it, and none is lost', async () => {
  expect(await together(await begin())).toEqual(inTurn);
});

test('what applications do with sessions', async () => {
  const session = await begin();
  expect(await does('twice', session)).toBe('3');
  expect(await does('look', session)).toBe('3');
  const [count, renewed = ''] = (await does('renew', session)).split(' ');
  expect(count).toBe('4');
  expect(await does('look', renewed)).toBe('4');
  expect(await does('look', session)).toBe('0');
  expect(await does('empty', renewed)).toBe(`empty ${renewed}`);
  expect(await does('empty', renewed)).toBe(`empty ${renewed}`); // known, though there is nothing in it
  expect(await does('end', renewed)).toBe('ended');
  expect(await does('look', renewed)).toBe('0');
});
test('an id that a visitor made up is not taken', async () => {
  const { headers } = await hold('abcdefabcdefabcdefabcdefab');
  expect(String(headers['set-cookie'])).toMatch(/PHPSESSID=(?!abcdef)/);
});
test('what a visitor sends as an id, or keeps in a session, makes no node look lost', async () => {
  for (const id of ['a'.repeat(256), 'a'.repeat(4000), 'a%20b%0d%0aflush_all', '../x'])
    expect((await hold(id)).status).toBe(200);
  expect(await does('large', await begin())).toBe('large'); // memcached refuses it, and forgets what was there
  expect((await hold(await begin())).text).toBe('ok 2\n');
  expect(await machine.logs()).not.toContain('does not answer');
});
test('an application may decide by itself', async () => {
  expect(await does('files', await begin())).toBe('in a file');
  expect(await does('own', await begin())).toBe('42');
});

describe.each([
  ['gone', (node: MemcachedNode | undefined) => node?.stop()],
  ['hanging', (node: MemcachedNode | undefined) => node?.freeze()],
] as const)('while a node is %s', (_how, away) => {
  let sessions: string[];
  beforeAll(async () => {
    // Each has a first node by its id: of 16, both have some, but for one case in 32,768.
    sessions = await many(16);
    await away(nodes.two);
  });

  test('every session is still there, and goes on', async () => {
    for (const count of [2, 3])
      for (const session of sessions) expect((await hold(session)).text).toBe(`ok ${count}\n`);
  });
  test('requests of one session wait for it as before', async () => {
    for (const session of sessions.slice(0, 3))
      expect(await together(session)).toEqual(['ok 4', 'ok 5', 'ok 6', 'ok 7']);
  });
  test('new sessions are begun and found again', async () => {
    for (const session of await many(16)) expect((await hold(session)).text).toBe('ok 2\n');
  });
  test('it comes back, empty; then the other one is gone: still no session is lost', async () => {
    const kept = await many(8);
    await nodes.two?.stop();
    await start('two');
    await pause(2500); // a node that did not answer is left alone for two seconds; then each visit writes both again
    for (const session of kept) expect((await hold(session)).text).toBe('ok 2\n');
    await nodes.one?.stop();
    for (const session of kept) expect((await hold(session)).text).toBe('ok 3\n');
    await start('one');
    await pause(2500);
  });
});

test('without any node a session is refused within the request, and the site goes on', async () => {
  for (const name of names) await nodes[name]?.stop();
  const { status, text, milliseconds } = await hold('abcdefabcdefabcdefabcdefab');
  expect([status, text]).toEqual([200, 'lost 1\n']);
  // Each node is asked several times, since a late one must not lose a session: seconds, but less than a request may run.
  expect(milliseconds).toBeLessThan(8000);
});
