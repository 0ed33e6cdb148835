/** A visitor, and a page in the developer's own browser, that mean no good: what is published, and what of the site can be reached. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containersOf, docker, eventually, newReplica, type Replica, release } from '../scenarios/replica.ts';

const settings = `
site: { name: visited }
application: php
code: { path: site }
web: { count: 1 }
memcached: { count: 1 }
search: { engine: none }
files: { store: volume }
cron: { enabled: false }
`;
const host = 'visited.localhost';

/** What a project's root may hold, all with the same text: none of it may come out. */
const secret = 'nobody may read this';
const hidden = [
  ...['auth.json', 'prod.env', 'server.key', 'server.pem', 'id_ed25519.bak', 'db.sqlite', 'db.sqlite3', 'data.db'],
  ...['settings.ini', 'my.cnf', 'app.conf', 'phpunit.xml', 'phpstan.neon', 'credentials.json', 'known_hosts', 'x.phps'],
  ...['.well-known/x.php', '.well-known/.env', 'x.PHP', 'x.Php', 'index.php.txt', 'x.pht', 'dump.sql', 'deploy.py'],
  ...['backup.tar.gz', 'backup.tgz', 'site.zip', 'a/.git/config', 'Vagrantfile', 'docker-compose.yml'],
];
const visible = ['.well-known/security.txt', 'robots.txt', 'downloads/manual.zip', 'sitemap.xml.gz', 'app.webmanifest'];

let replica: Replica;
const port: Record<'https' | 'http' | 's3' | 'mail', number> = { https: 0, http: 0, s3: 0, mail: 0 };
let ca: string;

beforeAll(async () => {
  replica = await newReplica(settings, { local: release });
  const site = join(replica.dir, 'site');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(site, path)), { recursive: true });
    await writeFile(join(site, path), text);
  };
  await write('index.php', '<?php header("Cache-Control: no-store"); echo json_encode($_SERVER);');
  for (const path of hidden) await write(path, secret);
  for (const path of visible) await write(path, 'for all');
  await symlink('/run/secrets/app/hash-salt', join(site, 'salt.txt'));
  await symlink('/etc/passwd', join(site, 'passwd.txt'));
  const { stderr } = await replica.ensure('up');
  expect(stderr).toContain('not taken: passwd.txt, salt.txt');
  for (const name of ['https', 'http', 's3', 'mail'] as const)
    port[name] = Number(await replica.value(`BOOTDEV_PORT_${name.toUpperCase()}`));
  ca = await inside('web-1', 'cat', '/run/secrets/app/site-ca.pem');
});
afterAll(() => replica?.remove());

const inside = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);

interface Question {
  to?: keyof typeof port;
  path?: string;
  method?: string;
  /** Without a Host among them: 127.0.0.1:port. */
  headers?: Record<string, string>;
  body?: string;
}

function ask({ to = 'http', path = '/', method = 'GET', headers = {}, body = '' }: Question) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const tls = to === 'https' ? { servername: host, ca, checkServerIdentity: () => undefined } : {};
    const options = { host: '127.0.0.1', port: port[to], path, method, headers, agent: false as const, ...tls };
    (to === 'https' ? overTls : overHttp)(options, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ status: answer.statusCode ?? 0, text });
    })
      .on('error', reject)
      .end(body);
  });
}
const statusOf = async (question: Question) => (await ask(question)).status;

describe('the site', () => {
  test.each(['http', 'https'] as const)('answers its own names over %s, and no other', async (to) => {
    for (const name of [host, `www.${host}`, '127.0.0.1', 'localhost', host.toUpperCase()])
      expect(await statusOf({ to, headers: { host: `${name}:${port[to]}` } }), name).toBe(200);
    for (const name of ['evil.test', `${host}.evil.test`, `evil${host}`, '10.0.0.1', `${host}@evil.test`])
      expect(await statusOf({ to, headers: { host: name } }), name).toBeGreaterThanOrEqual(400);
  });

  test("a request without a Host is nobody's, at every port", async () => {
    for (const to of ['http', 'mail', 's3'] as const)
      expect(await spoken('GET / HTTP/1.0\r\n\r\n', to), to).toMatch(/^HTTP\/1\.[01] 4\d\d/);
  });

  test('a request whose line names another host than its head reaches no PHP', async () => {
    const raw = `GET http://evil.test/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    expect(await spoken(raw)).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  const claims = {
    ...{
      'X-Forwarded-Host': 'evil.test',
      'X-Forwarded-Prefix': '/evil',
      'X-Forwarded-Ssl': 'on',
      'X-Forwarded-Scheme': 'https',
    },
    ...{
      'X-Forwarded-Port': '1',
      'X-Forwarded-Server': 'evil',
      'X-Forwarded-Anything': 'evil',
      Forwarded: 'host=evil.test',
    },
    ...{
      'Client-IP': '192.0.2.1',
      'X-Client-IP': '192.0.2.1',
      'True-Client-IP': '192.0.2.1',
      'X-Real-IP': '192.0.2.1',
    },
    ...{
      'CF-Connecting-IP': '192.0.2.1',
      'X-Cluster-Client-IP': '192.0.2.1',
      'X-Original-URL': '/evil',
      'X-Rewrite-URL': '/evil',
    },
    ...{
      'X-HTTP-Method': 'DELETE',
      'X-Method-Override': 'DELETE',
      'X-Bootdev-Edge': 'key',
      Proxy: 'http://evil.test',
      'X-Host': 'evil',
    },
    ...{
      'CloudFront-Viewer-Country': 'XX',
      'Front-End-Https': 'on',
      'X-Url-Scheme': 'https',
      'X-HTTP-Method-Override': 'DELETE',
    },
  };
  const server = async (question: Question) => JSON.parse((await ask(question)).text) as Record<string, string>;

  test("gets none of a visitor's claims about himself", async () => {
    const seen = await server({ headers: { host, ...claims } });
    const names = Object.keys(claims).map((name) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}`);
    expect(Object.keys(seen).filter((name) => names.includes(name))).toEqual([]);
    expect(seen.HTTP_X_FORWARDED_PROTO).toBe('http');
  });

  test('so it is where nginx is asked directly, as on AWS; forwarded form methods are for forms', async () => {
    const flags = Object.entries(claims).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const get = JSON.parse(await inside('web-1', 'curl', '-s', '-H', `Host: ${host}`, ...flags, 'http://127.0.0.1/'));
    const allowed = ['X-Forwarded-Anything', 'CloudFront-Viewer-Country']; // nobody reads the one, CloudFront says the other
    const names = Object.keys(claims)
      .filter((name) => !allowed.includes(name))
      .map((name) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}`);
    expect(Object.keys(get).filter((name) => names.includes(name))).toEqual([]);
    const post = await server({ method: 'POST', headers: { host, 'X-HTTP-Method-Override': 'PUT' } });
    expect(post.HTTP_X_HTTP_METHOD_OVERRIDE).toBe('PUT');
  });

  test.each(hidden)('does not show /%s', async (path) => {
    const answer = await ask({ path: `/${path}`, headers: { host } });
    expect(answer.text).not.toContain(secret);
  });

  test('shows what is meant for visitors', async () => {
    for (const path of visible)
      expect(await ask({ path: `/${path}`, headers: { host } }), path).toEqual({ status: 200, text: 'for all' });
  });

  test('no link leads out of the code, nor out of what was uploaded', async () => {
    for (const path of ['/salt.txt', '/passwd.txt'])
      expect(Object.keys(await server({ path, headers: { host } })), path).toContain('REQUEST_URI'); // the application's answer
    const as = ['setpriv', '--reuid=33', '--regid=33', '--clear-groups', 'sh', '-euc'];
    await inside(
      'web-1',
      ...as,
      `cd /srv/files && echo '${secret}' >private/x && echo fine >public/plain.txt
       ln -sf /run/secrets/app/hash-salt public/salt.txt && ln -sf /etc/passwd public/passwd.txt
       ln -sf ../private/x public/x.txt && ln -sfn ../private public/folder`,
    );
    for (const name of ['salt.txt', 'passwd.txt', 'x.txt', 'folder/x']) {
      const { status, text } = await ask({ path: `/files/${name}`, headers: { host } });
      expect([403, 404], name).toContain(status);
      expect(text).not.toMatch(/root:|nobody may/);
    }
    expect((await ask({ path: '/files/plain.txt', headers: { host } })).text).toBe('fine\n');
  });

  test('a form sent a byte at a time is ended, and one visitor cannot have all places', async () => {
    const head = `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\nx`;
    const started = performance.now();
    const sockets = await Promise.all(Array.from({ length: 1100 }, () => open(head)));
    const slow = sockets.filter((socket) => !socket.destroyed);
    try {
      await eventually(
        5_000,
        async () => sockets.filter((socket) => socket.destroyed).length,
        (closed) => closed >= 90,
      );
      await inside('lb', '/etc/bootdev/current/roles/haproxy/health.sh');
      const first = slow.find((socket) => !socket.destroyed) as Socket;
      const said = await new Promise<string>((resolve) =>
        first.once('data', (data) => resolve(String(data))).once('close', () => resolve('')),
      );
      expect(said).toMatch(/^HTTP\/1\.1 408/);
      expect(performance.now() - started).toBeLessThan(25_000);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await eventually(
      10_000,
      () => statusOf({ headers: { host } }).catch(() => 0),
      (status) => status === 200,
    );
  });
});

/** A connection on which something was said. */
const open = (text: string, to: keyof typeof port = 'http') =>
  new Promise<Socket>((resolve) => {
    const socket = connect(port[to], '127.0.0.1', () => {
      socket.write(text);
      resolve(socket);
    });
    socket.on('error', () => resolve(socket.destroy()));
    socket.on('close', () => socket.destroy()).resume();
  });

async function spoken(text: string, to: keyof typeof port = 'http'): Promise<string> {
  const socket = await open(text, to);
  let said = '';
  for await (const chunk of socket) said += chunk;
  return said;
}

describe('mail', () => {
  const own = () => `127.0.0.1:${port.mail}`;

  test('is read by its own names only', async () => {
    for (const name of [own(), `localhost:${port.mail}`, 'mail:8025'])
      expect(await statusOf({ to: 'mail', path: '/api/v1/messages', headers: { host: name } }), name).toBe(200);
    for (const name of ['evil.test', `127.0.0.1.evil.test:${port.mail}`, host])
      expect(
        await statusOf({ to: 'mail', path: '/api/v1/messages', headers: { host: name } }),
        name,
      ).toBeGreaterThanOrEqual(400);
  });

  test('a page of somebody else neither plants nor deletes a mail, nor hears of one', async () => {
    const send = (headers: Record<string, string>) =>
      statusOf({
        ...{ to: 'mail', path: '/api/v1/send', method: 'POST', headers: { host: own(), ...headers } },
        body: JSON.stringify({
          From: { Email: 'a@example.org' },
          To: [{ Email: 'b@example.org' }],
          Subject: 'planted',
        }),
      });
    expect(await send({ origin: 'https://evil.test', 'content-type': 'text/plain' })).toBe(403);
    expect(await send({ origin: 'null' })).toBe(403);
    expect(await send({ origin: `http://${host}:${port.http}` })).toBe(403);
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    const listen = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'YWJjZGVmZ2hpamtsbW5vcA==',
    };
    expect(
      await statusOf({
        to: 'mail',
        path: '/api/events',
        headers: { host: own(), origin: 'https://evil.test', ...listen },
      }),
    ).toBe(403);
    expect(await send({ origin: `http://${own()}` })).toBe(200);
    const { text } = await ask({ to: 'mail', path: '/api/v1/messages', headers: { host: own() } });
    expect(JSON.parse(text).messages_count).toBe(1);
  });

  test("the site's machines reach it by its name", async () => {
    expect(await inside('web-1', 'curl', '-fsS', 'http://mail:8025/api/v1/info')).toContain('Version');
  });
});

describe('S3', () => {
  const bucket = 'visited-media';
  const own = () => `127.0.0.1:${port.s3}`;
  const s3 = (question: Question) => statusOf({ to: 's3', ...question, headers: { host: own(), ...question.headers } });
  let client: S3Client;

  beforeAll(async () => {
    const read = (name: string) => inside('s3', 'cat', `/run/secrets/app/${name}`);
    client = new S3Client({
      ...{ endpoint: `http://${own()}`, region: 'eu-west-1', forcePathStyle: true },
      credentials: { accessKeyId: await read('s3-access-key'), secretAccessKey: await read('s3-secret-key') },
    });
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'kept.txt', Body: 'kept' }));
  });

  test('is asked by its own names only, and from its own pages and the site', async () => {
    const path = `/${bucket}/kept.txt`;
    for (const name of [own(), `localhost:${port.s3}`, 's3:4566'])
      expect(await s3({ path, headers: { host: name } }), name).toBe(200);
    for (const name of ['evil.test', `${bucket}.evil.test`, host])
      expect(await s3({ path, headers: { host: name } }), name).toBe(421);
    for (const origin of [`http://${own()}`, `https://${host}:${port.https}`, `http://${host}`])
      expect(await s3({ path, headers: { origin } }), origin).toBe(200);
    for (const origin of ['https://evil.test', 'null', `https://${host}.evil.test`])
      expect(await s3({ path, headers: { origin } }), origin).toBe(403);
  });

  const form =
    '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nplanted\r\n--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n';
  test.each<[string, Question]>([
    ['a list of objects', { path: `/${bucket}` }],
    ['a list of objects, another way', { path: `/${bucket}/?list-type=2` }],
    ['versions', { path: `/${bucket}?versions` }],
    ['rights', { path: `/${bucket}/kept.txt?acl` }],
    ['a new object', { path: `/${bucket}/planted`, method: 'PUT', body: 'x' }],
    ['a new bucket', { path: '/planted', method: 'PUT' }],
    ['a deletion', { path: `/${bucket}/kept.txt`, method: 'DELETE' }],
    [
      'a deletion of many, as a form can send it',
      {
        path: `/${bucket}?delete`,
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: '<Delete><Object><Key>kept.txt</Key></Object></Delete>',
      },
    ],
    [
      'the same, called an upload',
      {
        path: `/${bucket}?delete`,
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: form,
      },
    ],
    [
      'an upload without a policy',
      {
        path: `/${bucket}`,
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: form,
      },
    ],
    ['a key that is none', { path: `/${bucket}`, headers: { authorization: 'AWS test:test' } }],
    ['an address signed by nobody', { path: `/${bucket}/planted?X-Amz-Signature=0`, method: 'PUT', body: 'x' }],
    [
      'an address signed by nobody, the old way',
      { path: `/${bucket}/kept.txt?Signature=0&AWSAccessKeyId=test&Expires=9999999999`, method: 'DELETE' },
    ],
    [
      'an address whose signature is spelled otherwise',
      { path: `/${bucket}/kept.txt?x-amz-signature=0`, method: 'DELETE' },
    ],
  ])('without a key: %s is refused', async (_, question) => {
    const status = await s3(question);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['kept.txt']);
  });
});

test('no secret is in what anybody can look at', async () => {
  const project = await replica.project();
  const names = (await inside('web-1', 'ls', '/run/secrets/app')).split('\n').filter((name) => !/\.pem$/.test(name));
  const secrets = await Promise.all(names.map((name) => inside('web-1', 'cat', `/run/secrets/app/${name}`)));
  const ids = await containersOf(project);
  const images = (await docker('inspect', '-f', '{{.Config.Image}}', ...ids)).split('\n');
  const shown = [
    await docker('inspect', ...ids),
    ...(await Promise.all(ids.map((id) => docker('logs', id)))),
    ...(await Promise.all(ids.map((id) => docker('top', id, '-eo', 'pid,args')))),
    ...(await Promise.all(images.map((image) => docker('history', '--no-trunc', image)))),
    (await import('node:child_process')).execFileSync('grep', ['-rha', '', join(replica.dir, '.bootdev')], {
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
    }),
  ].join('\n');
  expect(secrets.length).toBeGreaterThanOrEqual(4);
  for (const [index, text] of secrets.entries()) {
    expect(text.length, names[index]).toBeGreaterThan(10);
    expect(shown.includes(text), names[index]).toBe(false);
  }
});
