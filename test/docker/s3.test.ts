/** The bucket as a browser on this computer has it: addresses that the site signs, and what is below media/ without a CDN. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docker, light, newReplica, type Replica } from '../scenarios/replica.ts';
import { type Answer, ask } from './visitor.ts';

let replica: Replica;
let port: string;
beforeAll(async () => {
  replica = await newReplica(`site: { name: kept }\nweb: { count: 1 }\nmemcached: { count: 1 }\n${light}`);
  await replica.ensure('up');
  port = await replica.value('BOOTDEV_PORT_HTTPS');
});
afterAll(() => replica?.remove());

/** As a site signs one: with the endpoint and the keys that it has on its machine. */
const presign = `
  $keys = parse_ini_file(getenv('AWS_SHARED_CREDENTIALS_FILE'), true, INI_SCANNER_RAW)['default'];
  [$method, $object, $seconds] = array_slice($argv, 1);
  $at = gmdate('Ymd\\THis\\Z');
  $scope = substr($at, 0, 8) . '/' . getenv('S3_REGION') . '/s3/aws4_request';
  $path = '/' . getenv('S3_BUCKET') . '/' . implode('/', array_map('rawurlencode', explode('/', $object)));
  $host = preg_replace('{^https?://}', '', getenv('S3_ENDPOINT'));
  $query = http_build_query(['X-Amz-Algorithm' => 'AWS4-HMAC-SHA256', 'X-Amz-Credential' => "{$keys['aws_access_key_id']}/$scope", 'X-Amz-Date' => $at,
    'X-Amz-Expires' => $seconds, 'X-Amz-SignedHeaders' => 'host'], '', '&', PHP_QUERY_RFC3986);
  $canonical = "$method\\n$path\\n$query\\nhost:$host\\n\\nhost\\nUNSIGNED-PAYLOAD";
  $key = "AWS4{$keys['aws_secret_access_key']}";
  foreach ([...explode('/', $scope), "AWS4-HMAC-SHA256\\n$at\\n$scope\\n" . hash('sha256', $canonical)] as $part) $key = hash_hmac('sha256', $part, $key, true);
  echo getenv('S3_ENDPOINT'), $path, '?', $query, '&X-Amz-Signature=', bin2hex($key);`;
const signed = async (method: string, object: string, seconds = '300') =>
  (await replica.ensure('exec', 'web-1', 'site', 'php', '-r', presign, '--', method, object, seconds)).stdout;
/** On a machine of the site. */
const inside = async (url: string) => replica.exec('web-1', 'curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', url);
const put = async (object: string, body: string) => {
  const headers = { 'content-type': 'text/plain' };
  expect((await ask(await signed('PUT', object), { method: 'PUT', headers, body })).status).toBe(200);
};
const visit = (path: string, headers = {}): Promise<Answer> =>
  ask(`https://127.0.0.1:${port}${path}`, { host: `kept.localhost:${port}`, headers });

test('an address that the site signs opens in a browser here, and on its own machines', async () => {
  await put('private/ä b.txt', 'for who has the address');
  const url = await signed('GET', 'private/ä b.txt');
  expect(await ask(url)).toMatchObject({ status: 200, text: 'for who has the address' });
  expect(await inside(url)).toBe('200');
  expect((await ask(url.replace('private', 'public'))).status).toBe(403);
  expect((await ask(url.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(403);
  const short = await signed('GET', 'private/ä b.txt', '1');
  await expect.poll(async () => (await ask(short)).status, { timeout: 10_000 }).toBe(403);
});

test('a page of the site may send an upload by one, another page may not', async () => {
  const url = await signed('PUT', 'sent.txt');
  const preflight = async (origin: string) => {
    const headers = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    return ask(url, { method: 'OPTIONS', headers });
  };
  const origin = `https://kept.localhost:${port}`;
  const { status, headers } = await preflight(origin);
  expect([status, headers['access-control-allow-origin']]).toEqual([200, origin]);
  expect((await preflight('https://evil.test')).status).toBe(403);
  const sent = await ask(url, { method: 'PUT', headers: { origin, 'content-type': 'text/plain' }, body: 'sent' });
  expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, origin]);
});

test('without a signature there is no list', async () => {
  const { host } = new URL(await signed('GET', 'x'));
  for (const path of ['/kept-media', '/kept-media/?list-type=2&prefix=media/'])
    expect((await ask(`http://${host}${path}`)).status, path).toBe(403);
});

test('what is below media/ is at /-/media/ of the site, without a CDN too, and nothing else of the bucket', async () => {
  await put('media/ä b+c%.txt', 'for all');
  await put('other/a.txt', 'not at the site');
  const path = `/-/media/${encodeURIComponent('ä b+c%.txt')}`;
  const found = await visit(`${path}?v=1`);
  expect([found.status, found.text, found.headers['content-type']]).toEqual([200, 'for all', 'text/plain']);
  expect(found.headers['content-security-policy']).toContain('sandbox'); // as all uploads
  expect((await visit(path, { range: 'bytes=4-' })).text).toBe('all');
  for (const other of [
    '/-/other/a.txt',
    '/-/media/../other/a.txt',
    '/-/media/%2e%2e/other/a.txt',
    '/-/media/none',
    '/-/media/',
  ])
    expect([403, 404], other).toContain((await visit(other)).status);
  const posted = await ask(`https://127.0.0.1:${port}${path}`, { host: `kept.localhost:${port}`, method: 'DELETE' });
  expect(posted.status).toBe(403);
});

test('objects are there after a restart, as they were, and after a crash', async () => {
  const look = () => ask(`http://127.0.0.1:${new URL(url).port}/kept-media/media/restarted.txt`);
  const url = await signed('GET', 'x');
  await put('media/restarted.txt', 'the same');
  const { headers } = await look();
  for (const how of ['restart', 'kill']) {
    await docker(how, await replica.container('s3'));
    if (how === 'kill') await docker('start', await replica.container('s3'));
    await expect
      .poll(() => look().catch(() => undefined), { timeout: 60_000 })
      .toMatchObject({
        ...{ status: 200, text: 'the same' },
        headers: { etag: headers.etag, 'last-modified': headers['last-modified'], 'content-type': 'text/plain' },
      });
  }
});
