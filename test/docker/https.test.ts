/** HTTPS from the visitor's side: certificate, HTTP/2, what reaches PHP, PHP's own calls, the settings of the balancer. */
import { X509Certificate } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, eventually, newReplica, type Replica, release } from '../scenarios/replica.ts';

const settings = (balancer = '') => `
site: { name: secure }
application: php
code: { path: site }
memcached: { count: 1 }
search: { engine: none }
files: { store: volume }
balancer: { ${balancer} }
`;
const host = 'secure.localhost';
let replica: Replica;
let ca: string;
let port: number;

beforeAll(async () => {
  replica = await newReplica(settings(), { local: release });
  await cp(join(import.meta.dirname, 'https-site'), join(replica.dir, 'site'), { recursive: true });
  await replica.ensure('up');
  ({ port, ca } = await replica.https());
});
afterAll(() => replica?.remove());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}
interface SeenByPhp {
  machine: string;
  from: string;
  https: string;
  host: string;
  cookies: string[];
}

/** HTTP/1.1 to `name`, verified against the replica's CA and nothing else. */
const visit = (path: string, headers: Record<string, string> = {}, name = host) =>
  new Promise<Answer>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, servername: name, ca, agent: false } as const;
    request({ ...options, headers: { host: `${name}:${port}`, ...headers } }, async (answer) => {
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    })
      .on('error', reject)
      .end();
  });

async function visitOverHttp2(path: string, headers: Record<string, string> = {}) {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca, servername: host });
  try {
    return await new Promise<{ protocol: string | undefined; body: string }>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': path, ':authority': `${host}:${port}`, ...headers });
      let body = '';
      stream.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      stream.on('error', reject).on('end', () => resolve({ protocol: session.alpnProtocol, body }));
    });
  } finally {
    session.close();
  }
}

/** The TLS version and cipher agreed on, or why there is no agreement. */
const handshake = (options: ConnectionOptions) =>
  new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, ca, ...options }, () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`);
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

const shownCertificate = () =>
  new Promise<X509Certificate>((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.destroy();
    });
    socket.on('error', reject);
  });
const daysLeft = ({ validTo }: X509Certificate) => (Date.parse(validTo) - Date.now()) / 86_400_000;

/** A script in the loader: the only one that has the CA's key. */
async function withKey(script: string): Promise<string> {
  const project = await replica.project();
  const image = `bootdev/loader:${await replica.value('BOOTDEV_IMAGE_LOADER')}`;
  const volumes = [`${project}_ca:/ca:ro`, `${project}_secrets-lb:/secrets/lb`].flatMap((volume) => ['-v', volume]);
  return docker('run', '--rm', '--network', 'none', ...volumes, '--entrypoint', 'bash', image, '-euc', script);
}
const sign = (name: string, days: number) => `
  cd "$(mktemp -d)"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /O=test -keyout key -out csr 2>/dev/null
  echo 'subjectAltName=DNS:${name}' >names
  openssl x509 -req -in csr -CA /ca/ca.pem -CAkey /ca/ca.key -days ${days} -extfile names -out crt 2>/dev/null`;

describe('the certificate', () => {
  test('is for the site, what is below it, and this computer; for 397 days', async () => {
    const shown = await shownCertificate();
    expect(shown.subjectAltName?.split(', ').sort()).toEqual(
      ['DNS:*.secure.localhost', 'DNS:secure.localhost', 'IP Address:127.0.0.1'].sort(),
    );
    expect(daysLeft(shown)).toBeGreaterThan(396);
    expect(daysLeft(shown)).toBeLessThanOrEqual(397);
    for (const name of [host, `shop.${host}`]) expect((await visit('/', {}, name)).status, name).toBe(200);
    // localhost is above every other replica's name.
    for (const name of ['other.test', 'other.localhost', 'localhost'])
      await expect(visit('/', {}, name), name).rejects.toThrow(/ERR_TLS_CERT_ALTNAME|does not match/);
  });

  test('its CA can sign nothing else', async () => {
    const verify = (name: string) =>
      withKey(`${sign(name, 30)}; openssl verify -CAfile /ca/ca.pem crt 2>&1 || true`).then((said) => said.trim());
    expect(await verify(`new.${host}`)).toBe('crt: OK');
    for (const name of ['bank.example', 'secure.localhost.example', 'other.localhost', 'localhost']) {
      expect(await verify(name), name).toContain('permitted subtree violation');
    }
  });

  test("the CA's key is on no machine and not on this computer", async () => {
    const project = await replica.project();
    expect(await docker('ps', '-aq', '--filter', `volume=${project}_ca`)).toBe('');
    const { stdout } = await execa('grep', ['-rl', 'PRIVATE KEY', join(replica.dir, '.bootdev/local')], {
      reject: false,
    });
    expect(stdout).toBe('');
    expect(await replica.exec('web-1', 'ls', '/run/secrets')).toBe('app');
  });

  test('is renewed when it is about to end: haproxy shows the new one, nothing is restarted', async () => {
    await withKey(`${sign(host, 10)}; cat crt key >/secrets/lb/site.pem; chmod 0400 /secrets/lb/site.pem`);
    await replica.exec('lb', '/etc/bootdev/current/roles/haproxy/apply.sh', 'reload');
    await eventually(5_000, shownCertificate, (shown) => daysLeft(shown) < 11);
    const started = async () => docker('inspect', '-f', '{{.State.StartedAt}}', await replica.container('lb'));
    const before = await started();
    await replica.ensure('up');
    expect(daysLeft(await shownCertificate())).toBeGreaterThan(396);
    expect(await started()).toBe(before);
    expect((await visit('/')).status).toBe(200); // from the same CA
  });
});

describe('a visitor', () => {
  test('speaks HTTP/2 or 1.1; PHP sees his scheme, host and address, and believes no claims', async () => {
    const claims = { 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.test' };
    const { protocol, body } = await visitOverHttp2('/', claims);
    expect(protocol).toBe('h2');
    const gateway = await replica.exec('lb', 'sh', '-c', 'awk \'$2 == "00000000" {print $3}\' /proc/net/route');
    const address = gateway
      .match(/../g)
      ?.reverse()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
    for (const text of [body, (await visit('/', claims)).body]) {
      expect(JSON.parse(text)).toMatchObject({ https: 'on', host: `${host}:${port}`, from: address });
    }
    const claimed = { 'x-forwarded-proto': 'https', 'cloudfront-forwarded-proto': 'https' };
    const plain = await fetch(`${await replica.url()}/`, { headers: claimed });
    expect(((await plain.json()) as SeenByPhp).https).toBe('');
  });

  test('gets TLS 1.3, or 1.2 with forward secrecy and authenticated encryption, or nothing', async () => {
    expect(await handshake({})).toMatch(/^TLSv1\.3 /);
    expect(await handshake({ maxVersion: 'TLSv1.2' })).toMatch(/^TLSv1\.2 TLS_ECDHE_ECDSA_WITH_AES_\d+_GCM_/);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    expect(await handshake(old)).toMatch(/PROTOCOL_VERSION/);
    const cbc = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' } as const;
    expect(await handshake(cbc)).toMatch(/HANDSHAKE_FAILURE/);
  });

  test('is told of no HSTS: it would lock http on this computer', async () => {
    expect((await visit('/')).headers).not.toHaveProperty('strict-transport-security');
  });
});

test('PHP calls the site by its public address, over TLS that it verifies, on web and admin', async () => {
  const http = Number(await replica.value('BOOTDEV_PORT_HTTP'));
  for (const url of [`https://${host}:${port}/`, `http://${host}:${http}/`]) {
    const { body } = await visit(`/self?url=${encodeURIComponent(url)}`);
    const https = url.startsWith('https') ? 'on' : '';
    expect(JSON.parse(body), url).toMatchObject({ error: '', curl: { https }, stream: { https } });
    const read = `echo file_get_contents('${url}');`;
    expect(JSON.parse(await replica.exec('admin', 'site', 'php', '-r', read)), `admin: ${url}`).toMatchObject({
      https,
    });
  }
});

test('size says what a PHP process of each web machine takes, beside the plan', async () => {
  const { stdout } = await replica.ensure('size');
  const [, planned, taken, fit] = /^web-1 +\d+ +(\d+) MB +(\d+) MB +(\d+) /m.exec(stdout) ?? [];
  // The least that PHP takes is 2 MB a request; a small site takes less than what is planned for a large one.
  expect(Number(taken)).toBeGreaterThan(2);
  expect(Number(taken)).toBeLessThan(Number(planned));
  expect(Number(fit)).toBeGreaterThan(2);
});

test('status says how busy the balancer is', async () => {
  const { machines } = await replica.status();
  expect(machines.find(({ name }) => name === 'lb')).toMatchObject({
    url: `https://${host}:${port}`,
    now: expect.stringMatching(/^\d+ req\/s · 0 errors$/),
  });
});

describe('bootdev trust', () => {
  test('shows the command, changes nothing without --yes; run on a Debian, it makes curl trust the site, and --remove undoes it', async () => {
    const shown = await replica.bootdev('trust', '--json');
    expect(shown.code).toBe(2);
    const file = join(replica.dir, '.bootdev/local/ca.pem');
    expect((await readFile(file, 'utf8')).trim()).toBe(ca);
    const command = (said: string) =>
      said
        .split('\n')
        .map((line) => JSON.parse(line))
        .find(({ hint }) => hint)?.hint;
    const [add, remove] = [
      command(shown.stdout),
      command((await replica.bootdev('trust', '--remove', '--json')).stdout),
    ];

    // Not on this computer: on a throw-away one, which sees the published port.
    const image = `bootdev/base:${await replica.value('BOOTDEV_IMAGE_BASE')}`;
    const debian = await docker('run', '-d', '--network', 'host', '--entrypoint', 'sleep', image, '300');
    try {
      await docker('exec', debian, 'mkdir', '-p', dirname(file));
      await docker('cp', file, `${debian}:${file}`);
      const sh = (text: string) => docker('exec', debian, 'sh', '-c', text.replaceAll('sudo ', ''));
      const ask = `curl -sS -o /dev/null -w '%{http_version} %{http_code}' https://${host}:${port}/ 2>&1 || true`;
      expect(await sh(ask)).toContain('certificate');
      await sh(add);
      expect(await sh(ask)).toBe('2 200');
      await sh(remove);
      expect(await sh(ask)).toContain('certificate');
    } finally {
      await docker('rm', '-f', debian);
    }
  });
});

describe('settings of the balancer, changed while it runs', () => {
  const answerers = async (cookie = '') => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => visit('/', cookie ? { cookie } : {})));
    return answers.map(({ body }) => JSON.parse(body) as SeenByPhp);
  };

  test('each request may go to any machine', async () => {
    expect(new Set((await answerers()).map(({ machine }) => machine)).size).toBe(2);
  });

  test('sticky: a visitor stays on his machine, and PHP does not see the cookie; redirect: http leads to https', async () => {
    await replica.settings(settings('sticky: cookie, https: redirect, algorithm: roundrobin, retries: 0'));
    const { stdout } = await replica.ensure('up');
    expect(stdout).not.toMatch(/^http /m);

    const first = await visit('/');
    const [cookie = ''] = String(first.headers['set-cookie']).split(';');
    expect(cookie).toMatch(/^BOOTDEVLB=/);
    // A cache in front must not hand one visitor's machine to all.
    expect((await visit('/public')).headers['cache-control']).toContain('private');
    const seen = await answerers(cookie);
    expect(new Set(seen.map(({ machine }) => machine))).toEqual(new Set([JSON.parse(first.body).machine]));
    expect(seen.flatMap(({ cookies }) => cookies)).toEqual([]);

    const moved = await fetch(`${await replica.url()}/a/page?of=it`, { redirect: 'manual' });
    expect(moved.status).toBe(301);
    expect(moved.headers.get('location')).toBe(`https://${host}:${port}/a/page?of=it`);
  });
});

test('another domain: another CA, every machine is told, and the person how to reach it', async () => {
  await writeFile(
    join(replica.dir, 'bootdev.yaml'),
    settings().replace('name: secure', 'name: secure, domain: shop.test'),
  );
  const { stderr } = await replica.ensure('up');
  expect(stderr).toContain("echo '127.0.0.1 shop.test' | sudo tee -a /etc/hosts");
  expect((await shownCertificate()).subjectAltName).toContain('DNS:shop.test');
  const fresh = await replica.exec('web-1', 'cat', '/run/secrets/app/site-ca.pem');
  expect(fresh).not.toBe(ca);
  const read = `echo file_get_contents('https://shop.test:${port}/');`;
  expect(JSON.parse(await replica.exec('admin', 'site', 'php', '-r', read))).toMatchObject({ https: 'on' });
});
