/** Limits in order, what may be reached, what a file is: the trials W7, W10–W16 and W18 on a real web machine. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine(join(import.meta.dirname, 'trials-site'), {
    application: 'php',
    php: { maxExecutionTime: 5, uploadLimit: 2 },
  });
  await machine.exec('sh', '-c', 'mkdir -p /srv/files/public');
  await machine.exec('chown', '-R', 'www-data:', '/srv/files');
});
afterAll(() => machine?.remove());

const get = (path: string, headers: Record<string, string> = {}) => ask(`${machine.url}${path}`, { headers });
const write = (path: string, text = 'x') =>
  machine.exec(
    'sh',
    '-c',
    'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"',
    'sh',
    `/srv/code/releases/1/${path}`,
    text,
  );

test('PHP that takes too long is ended, once, and the visitor hears 504', async () => {
  const answer = await get('/slow?s=8');
  expect(answer.status).toBe(504);
  expect(answer.text).toContain('This took too long.');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect((await machine.exec('cat', '/srv/files/public/slow.log')).split('\n')).toHaveLength(1);
  await expect.poll(() => machine.logs()).toContain('executing too slow');
});

test.each(['bytes=15500', 'bytes=30000', 'count=101', 'count=190'])('response headers: %s', async (args) => {
  expect((await get(`/header?${args}`)).status).toBe(200);
});
test('response headers beyond what nginx takes: one clear line in the log', async () => {
  expect((await get('/header?bytes=40000')).status).toBe(502);
  await expect.poll(() => machine.logs()).toContain('too big header');
});

test.each([
  [
    { 'x-forwarded-proto': 'https', host: 'site.test' },
    { SERVER_PORT: '443', REQUEST_SCHEME: 'https', HTTPS: 'on' },
  ],
  [
    { 'x-forwarded-proto': 'https', host: 'site.test:8443' },
    { SERVER_PORT: '8443', REQUEST_SCHEME: 'https', HTTPS: 'on' },
  ],
  [{ host: 'site.test' }, { SERVER_PORT: '80', REQUEST_SCHEME: 'http' }],
])('port and scheme are the visitor’s: %j', async (headers, expected) => {
  expect(JSON.parse((await get('/server', headers)).text)).toMatchObject(expected);
});

test.each([
  ['mjs', 'text/javascript'],
  ['webmanifest', 'application/manifest+json'],
  ['wasm', 'application/wasm'],
  ['avif', 'image/avif'],
  ['woff2', 'font/woff2'],
])('a .%s file is %s', async (extension, type) => {
  await write(`file.${extension}`);
  expect((await get(`/file.${extension}`)).headers['content-type']).toSatisfy(
    (said: string) => said.split(';')[0] === type,
  );
});

describe('an upload', () => {
  const upload = (bytes: number) => {
    const boundary = 'boundary';
    const body = Buffer.concat([
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="f"; filename="f.bin"\r\n\r\n`),
      Buffer.alloc(bytes, 120),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(body.length),
    };
    return ask(`${machine.url}/upload`, { method: 'POST', body, headers });
  };
  const limit = 2 * 1024 * 1024;
  test('of exactly php.uploadLimit is taken', async () => {
    expect(JSON.parse((await upload(limit)).text)).toEqual([[0, limit]]);
  });
  test('that is larger is refused by PHP, which can say so', async () => {
    expect(JSON.parse((await upload(limit + 1)).text)).toEqual([[1, 0]]);
  });
});

test('a .user.ini in the code is ignored', async () => {
  await write('.user.ini', 'auto_prepend_file = /nowhere.php\n');
  expect((await get('/page-user-ini')).status).toBe(200);
});

test.each(['/vendor/acme', '/private/', '/config/x', '/tags/.net', '/who/example.info', '/user~'])(
  'where there is no file, %s is the application’s',
  async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.text]).toEqual([200, `page ${path}\n`]);
  },
);

test('an upload that replaces another is new at once', async () => {
  const put = (text: string) =>
    machine.exec('sh', '-c', 'cd /srv/files/public && printf %s "$1" >.new && mv .new photo.txt', 'sh', text);
  for (const text of ['first', 'second', 'third']) {
    await put(text);
    for (let n = 0; n < 3; n++) expect((await get('/files/photo.txt')).text).toBe(text);
  }
});

test('a release is taken at once: its files, and no page of the one before', async () => {
  await write('site.css', 'old');
  for (let n = 0; n < 3; n++) expect((await get('/site.css')).text).toBe('old');
  await get('/kept');
  expect((await get('/kept')).cache).toBe('HIT');
  await machine.exec(
    'sh',
    '-c',
    'cd /srv/code/releases && cp -r 1 2 && printf new >2/site.css && cd .. && ln -sfn releases/2 next && mv -T next current',
  );
  await machine.exec('/etc/bootdev/current/bin/machine', 'release');
  // Workers that go may still answer what they had begun.
  await expect.poll(async () => (await get('/site.css')).text, { timeout: 3000, interval: 50 }).toBe('new');
  expect((await get('/kept')).cache).toBe('MISS');
  const seen = [];
  for (let n = 0; n < 40; n++) seen.push((await get('/site.css')).text);
  expect(new Set(seen)).toEqual(new Set(['new']));
});
