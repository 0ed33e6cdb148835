/** The door for purges (docs/purge.md), on two web machines that know each other by name: what goes, what stays, who may ask. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Purge } from '../../src/events.ts';
import type { SettingsInput } from '../../src/settings/schema.ts';
import { ask } from './visitor.ts';
import { purgeToken, startWebMachine, type WebMachine } from './web-machine.ts';

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();
const network = `bootdev-purge-${randomUUID().slice(0, 8)}`;
const machines: WebMachine[] = [];
beforeAll(async () => {
  await docker('network', 'create', network);
  for (const name of ['web-1', 'web-2']) {
    const settings: SettingsInput = {
      application: 'php',
      site: { name: 'site' },
      cache: { ttl: '1h', varyCookies: ['age_ok'] },
    };
    machines.push(await startWebMachine(join(import.meta.dirname, 'purge-site'), settings, { name, network }));
  }
});
afterAll(async () => {
  for (const machine of machines) await machine.remove();
  await docker('network', 'rm', network);
});
// Within the ten a second of each door.
beforeEach(() => pause(1000));

const host = 'site.localhost';
const origin = `https://${host}`;
const first = () => machines[0] as WebMachine;
const visit = (machine: WebMachine, path: string, headers: Record<string, string> = {}) =>
  ask(`${machine.url}${path}`, { headers: { host, ...headers } });
const edit = (text: string) => Promise.all(machines.map((each) => visit(each, `/edit?text=${text}`)));

interface Said {
  status: number;
  text: string;
  json: Purge & { error?: string };
}
async function purge(
  lines: string,
  { headers = {}, method = 'PURGE', path = '/', door = first().door } = {},
): Promise<Said> {
  const body = lines ? { body: lines } : {};
  const length = { 'content-length': String(Buffer.byteLength(lines)) };
  const { status, text } = await ask(`${door}${path}`, {
    ...body,
    method,
    headers: { authorization: `Bearer ${purgeToken}`, ...length, ...headers },
  });
  const json = text.startsWith('{') ? JSON.parse(text) : {};
  return { status, text, json };
}

/** Every way in which a page of a path is stored: three encodings, with and without the cookie, by http and https, by another port. */
const variants: Record<string, string>[] = ['', 'gzip', 'br'].flatMap((encoding) =>
  [{}, { cookie: 'age_ok=1' }, { 'x-forwarded-proto': 'https' }, { host: `${host}:8443` }].map((headers) => ({
    'accept-encoding': encoding,
    ...headers,
  })),
);
/** What each variant on each machine shows: the first word of the page. */
async function shown(path: string) {
  const words = new Set<string>();
  for (const machine of machines)
    for (const headers of variants) words.add((await visit(machine, path, headers)).text.split(' ')[0] ?? '');
  return [...words].sort();
}
let pages = 0;
const newPage = () => `/page-${++pages}`;

test('an address: every encoding, cookie, scheme and port, on every machine; no other page', async () => {
  const [page, other] = [newPage(), newPage()];
  await edit('first');
  expect([await shown(page), await shown(other), await shown(`${page}?x=1`)]).toEqual([
    ['first'],
    ['first'],
    ['first'],
  ]);
  await edit('second');
  expect(await shown(page)).toEqual(['first']);
  const { status, json } = await purge(`${origin}${page}`);
  expect({ status, json }).toEqual({
    status: 200,
    json: {
      pages: 2 * variants.length,
      machines: expect.arrayContaining([
        { machine: 'web-1', pages: variants.length },
        { machine: 'web-2', pages: variants.length },
      ]),
      failed: [],
    },
  });
  expect([await shown(page), await shown(other), await shown(`${page}?x=1`)]).toEqual([
    ['second'],
    ['first'],
    ['first'],
  ]);
  expect((await visit(first(), page)).cache).toBe('HIT');
});

test('a beginning, several lines, and everything', async () => {
  const blog = newPage();
  const [about, home] = [newPage(), newPage()];
  const paths = [`${blog}/a`, `${blog}/b?page=2`, about, home];
  const now = async () => (await Promise.all(paths.map((path) => shown(path)))).flat();
  await edit('first');
  expect(await now()).toEqual(['first', 'first', 'first', 'first']);
  await edit('second');
  expect((await purge(`${origin}${blog}/*\n${origin}${about}\n`)).status).toBe(200);
  expect(await now()).toEqual(['second', 'second', 'second', 'first']);
  await edit('third');
  expect((await purge('*')).json.pages).toBeGreaterThanOrEqual(2 * 4 * variants.length);
  expect(await now()).toEqual(['third', 'third', 'third', 'third']);
});

test('without a body the address of the request itself', async () => {
  const page = newPage();
  for (const path of [page, `${page}*`]) {
    await edit('first');
    await purge(`${origin}${page}`);
    await visit(first(), `${page}`);
    expect((await purge('', { path, headers: { host } })).json.pages).toBe(1);
  }
});

test.each([
  ['?gclid=1&x=1', '?x=1'],
  ['?x=1', '?utm_source=a&x=1&fbclid=2'],
  ['-%c3%a9', '-é'],
])('one spelling of an address is enough: %s, purged as %s', async (stored, purged) => {
  const page = newPage();
  await visit(first(), `${page}${stored}`);
  expect((await purge(`${origin}${page}${purged}`)).json.pages).toBe(1);
  expect((await visit(first(), `${page}${stored}`)).cache).toBe('MISS');
});

test.each([
  ['not an address of this site (site.localhost)', 'https://elsewhere.example/'],
  ['not an address of this site (site.localhost)', `https://${host}.elsewhere.example/`],
  ['not an address such as https://site.localhost/about', `https://elsewhere.example@${host}/`],
  ['not an address such as https://site.localhost/about', '/about'],
  ['nothing to purge', ' \n '],
  ['501 lines; at most 500', `${origin}/a\n`.repeat(501)],
])('refused, and nothing goes: %s', async (why, lines) => {
  const page = newPage();
  await visit(first(), page);
  const { status, json } = await purge(lines);
  expect(status).toBe(400);
  expect(json.error).toContain(why);
  expect((await visit(first(), page)).cache).toBe('HIT');
});

describe('who may', () => {
  test('nobody without the token', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${purgeToken}x`,
      `Bearer x${purgeToken}`,
      `Basic ${purgeToken}`,
    ])
      expect.soft((await purge('*', { headers: { authorization } })).status, authorization).toBe(403);
    expect(await first().exec('stat', '-c', '%U %a', '/run/bootdev/nginx/purge-token.conf')).toBe('root 600');
  });
  test('by no other method, and by no other port', async () => {
    for (const method of ['GET', 'POST', 'DELETE'])
      expect.soft((await purge('*', { method })).status, method).toBe(405);
    expect((await purge('*', { door: first().url })).status).toBe(405);
    expect((await purge('*', { path: '/-/here' })).status).toBe(404);
  });
  test('a machine without the secret has a closed door', async () => {
    const alone = await startWebMachine(join(import.meta.dirname, 'purge-site'), { application: 'php' });
    try {
      await alone.exec('rm', '/run/secrets/app/purge-token');
      for (const verb of ['check', 'reload'])
        await alone.exec('/etc/bootdev/current/roles/nginx/apply.sh', verb, '/etc/bootdev/current');
      // Old workers answer until the new ones are there.
      const answer = () => purge('*', { door: alone.door }).then(({ status }) => status);
      await expect.poll(answer).toBe(403);
      for (const authorization of ['', 'Bearer', 'Bearer ', `Bearer ${purgeToken}`])
        expect.soft((await purge('*', { door: alone.door, headers: { authorization } })).status).toBe(403);
    } finally {
      await alone.remove();
    }
  });
  test('ten a second', async () => {
    const flood = await Promise.all(Array.from({ length: 30 }, () => purge(`${origin}/`)));
    const statuses = flood.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const taken = statuses.filter((status) => status === 200).length;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(20);
    await pause(1000);
    expect((await purge(`${origin}/`)).status).toBe(200);
  });
});

test('a page that nginx keeps open does not come back, not even where PHP fails', async () => {
  const page = newPage();
  await edit('first');
  for (let n = 0; n < 20; n++) expect((await visit(first(), page)).text).toContain('first');
  await edit('broken');
  expect((await purge(`${origin}${page}`)).json.pages).toBe(1);
  for (let n = 0; n < 8; n++) expect((await visit(first(), page)).text).toBe('broken\n');
  await edit('second');
  expect((await visit(first(), page)).text).toContain('second');
});

test('a page whose building began before is for its visitor only', async () => {
  const page = `${newPage()}?ms=1500`;
  await edit('first');
  const building = visit(first(), page);
  await pause(500);
  await edit('second');
  await purge(`${origin}${page}`);
  expect((await building).text).toContain('first');
  const next = await visit(first(), page);
  expect([next.cache, next.text.split(' ')[0]]).toEqual(['MISS', 'second']);
  expect((await visit(first(), page)).cache).toBe('HIT');
});

test('the application, by what PHP finds in its environment', async () => {
  const page = newPage();
  await edit('first');
  await shown(page);
  await edit('second');
  const saved = await visit(first(), `/save?purge=${page}`);
  expect([saved.status, JSON.parse(saved.text).pages]).toEqual([200, 2 * variants.length]);
  expect(await shown(page)).toEqual(['second']);
  const url = await first().exec('site', 'sh', '-c', 'echo $PURGE_URL');
  expect(url).toBe('http://web:82');
});

test('a person on the machine', async () => {
  const page = newPage();
  await visit(first(), page);
  const said = await first().exec('/etc/bootdev/current/roles/nginx/purge.sh', `${origin}${page}`);
  const [status, ...json] = said.split('\n');
  expect([status, JSON.parse(json.join('')).pages]).toEqual(['200', 1]);
});

test('nginx starts without pages from before, and is no failure while it is away', async () => {
  const page = newPage();
  const second = machines[1] as WebMachine;
  await visit(second, page);
  await second.exec('s6-svc', '-wD', '-d', '/run/service/nginx');
  const { status, json } = await purge(`${origin}${page}`);
  await second.exec('s6-svc', '-u', '/run/service/nginx');
  expect([status, json.machines]).toEqual([200, [{ machine: 'web-1', pages: 0 }]]);
  await expect.poll(() => visit(second, page).then(({ cache }) => cache, String)).toBe('MISS');
});

test('a machine that does not answer is named, and the others are purged', async () => {
  const page = newPage();
  await Promise.all(machines.map((each) => visit(each, page)));
  const second = machines[1] as WebMachine;
  const address = await docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', second.id);
  await docker('pause', second.id);
  const { status, json } = await purge(`${origin}${page}`).finally(() => docker('unpause', second.id));
  expect([status, json.machines]).toEqual([502, [{ machine: 'web-1', pages: 1 }]]);
  expect(json.failed).toEqual([{ machine: address, error: expect.stringContaining('timed out') }]);
});

test('where the micro-cache is off, there is nothing, and no error', async () => {
  const alone = await startWebMachine(join(import.meta.dirname, 'purge-site'), {
    application: 'php',
    cache: { enabled: false },
  });
  try {
    const said = await purge('*', { door: alone.door });
    expect([said.status, said.json.pages]).toEqual([200, 0]);
  } finally {
    await alone.remove();
  }
});
