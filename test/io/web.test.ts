/** A visitor's request to a server of our choice, wherever the name leads: TLS and HTTP both ask for the name. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, globalAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, rootCertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { askHttps, visit } from '../../src/io/network.ts';
import { askUrl } from '../../src/io/web.ts';

async function server(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-web-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((file) => join(folder, file)) as [string, string];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  execFileSync('openssl', ['req', ...made, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const own = { key: readFileSync(key), cert: readFileSync(cert) };
  const asked: string[] = [];
  const listening = createServer(
    {
      SNICallback: (sni, done) => {
        asked.push(`TLS ${sni}`);
        done(null, createSecureContext(own));
      },
    },
    (request, response) => {
      asked.push(`HTTP ${request.headers.host}`);
      response.writeHead(302, { location: '/install' }).end('x'.repeat(100_000));
    },
  );
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  globalAgent.options.ca = own.cert;
  onTestFinished(async () => {
    delete globalAgent.options.ca;
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
    rmSync(folder, { recursive: true });
  });
  return { asked, via: `127.0.0.1:${(listening.address() as AddressInfo).port}` };
}
const signal = new AbortController().signal;

test("the site's name is asked for at another server; a redirection is an answer", async () => {
  const { asked, via } = await server('shop.example.org');
  const page = await askUrl('https://shop.example.org/', { signal, via });
  expect(page).toMatchObject({ status: 302, location: '/install', body: 'x'.repeat(65_536) });
  expect(asked).toEqual(['TLS shop.example.org', 'HTTP shop.example.org']);
});

test('of a page that is longer than what is read, its beginning is the answer', async () => {
  const { via } = await server('shop.localhost');
  const answer = await askHttps({ port: Number(via.split(':')[1]), name: 'shop.localhost', path: '/' });
  expect(answer).toMatchObject({ status: 302, location: '/install' });
  expect(answer?.body.length).toBe(65_536);
});

test("a certificate of another name, or nobody there: why, in the program's own words", async () => {
  const { via } = await server('other.example.org');
  expect(await askUrl('https://shop.example.org/', { signal, via })).toMatch(/altnames/);
  expect(await askUrl('http://127.0.0.1:9/', { signal })).toMatch(/ECONNREFUSED/);
});

test('a visit reads the whole answer, of a server whose certificate it trusts', async () => {
  const { asked, via } = await server('shop.localhost');
  const ca = String(globalAgent.options.ca);
  const at = { port: Number(via.split(':')[1]), secure: true, name: 'shop.localhost', servername: 'shop.localhost' };
  const visited = await visit({ ...at, path: '/', headers: {}, patience: 5_000, signal, ca });
  expect(visited).toMatchObject({ status: 302, headers: { location: ['/install'] }, bytes: 100_000 });
  expect(asked).toEqual(['TLS shop.localhost', `HTTP shop.localhost:${at.port}`]);
  expect(await visit({ ...at, path: '/', headers: {}, patience: 5_000, signal, ca: rootCertificates[0] })).toMatch(
    /certificate/,
  );
});

test('a visit ends in time, and says why there was no answer', async () => {
  const silent = createNetServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const to = { secure: false, name: 'shop.localhost', servername: '', path: '/', headers: {}, patience: 200, signal };
  expect(await visit({ ...to, port })).toBe('no answer within 0.2 s');
  expect(await visit({ ...to, port: 9 })).toMatch(/ECONNREFUSED/);
});
