/** The sample site on a web machine whose neighbours do not exist: it must say so, quickly, and its pages must come. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebMachine, type WebMachine } from './web-machine.ts';

let machine: WebMachine;
beforeAll(async () => {
  machine = await startWebMachine('docker/sample-site', { memcached: { count: 1 } });
});
afterAll(() => machine?.remove());

const page = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${machine.url}${path}`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...init,
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test('requests to S3 are signed as in the example of AWS (GET object, Signature Version 4)', async () => {
  const code = `require "/srv/code/current/lib/s3.php";
    echo s3_signed("GET", "/test.txt", ["host" => "examplebucket.s3.amazonaws.com", "range" => "bytes=0-9"], "", "us-east-1",
      "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524T000000Z")["authorization"];`;
  expect(await machine.exec('php', '-r', code)).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('the front page comes from the cache and says which machine built it', async () => {
  await page('/');
  const again = await page('/');
  expect(again.headers.get('x-cache')).toBe('HIT');
  expect(again.text).toMatch(/Built by <b>web-\S+ at /);
});

test('pages that need no neighbour come; the others say what is missing', async () => {
  for (const path of ['/files', '/mail', '/machine', '/cache', '/site.css'])
    expect((await page(path)).status, path).toBe(200);
  for (const path of ['/database', '/s3']) expect((await page(path)).status, path).toBe(503);
  expect((await page('/nowhere')).status).toBe(404);
});

test('its sources cannot be read', async () => {
  for (const path of ['/lib/s3.php', '/pages/home.php', '/cron.php']) expect((await page(path)).status, path).toBe(404);
});

test('status: every part in time, what is there works, what is missing does not, never from the cache', async () => {
  const answer = await page('/status.json');
  expect([answer.headers.get('cache-control'), answer.headers.get('x-cache')]).toEqual(['no-store', 'BYPASS']);
  const status = JSON.parse(answer.text) as {
    ok: boolean;
    digest: string;
    machine: string;
    features: Record<string, { ok: boolean; detail: string }>;
  };
  expect(status.digest).toMatch(/^[0-9a-f]{64}$/);
  const works = Object.entries(status.features).map(([name, { ok }]) => [name, ok]);
  expect(Object.fromEntries(works)).toEqual({
    mysql: false,
    'memcached-1': false,
    s3: false,
    files: false,
    mail: false,
    cron: false,
    self: true, // its address in this test is its own nginx
    opcache: true,
    apcu: true,
  });
  expect(status.ok).toBe(false);
  // Each says why itself: none was ended by the limit of all.
  const reasons = Object.values(status.features).map(({ detail }) => detail);
  expect(reasons.filter((detail) => detail.includes('did not end'))).toEqual([]);
});

test('an uploaded file is served as a file; a form of another site is refused', async () => {
  const form = () => {
    const body = new FormData();
    body.append('file', new Blob(['hello']), 'My File.txt');
    return body;
  };
  const taken = await page('/files', { method: 'POST', body: form(), headers: { origin: machine.url } });
  expect(taken.status).toBe(303);
  const name = taken.headers.get('location')?.split('=')[1];
  expect((await page(`/files/uploads/${name}`)).text).toBe('hello');
  expect((await page('/files', { method: 'POST', body: form(), headers: { origin: 'http://evil.test' } })).status).toBe(
    403,
  );
});
