import { expect, it } from 'vitest';
import { caBundle } from '../../src/host/ca-bundle.ts';

const pem = (...names: string[]) =>
  names.map((name) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`).join('');

const files: Record<string, string> = {
  '/etc/ssl/certs/ca-certificates.crt': pem('A', 'B', 'C'),
  '/firm.pem': pem('Firm'),
  '/some.pem': pem('B'),
  '/empty.pem': '',
};
const read = async (path: string) => files[path];

it.each([
  ['the system’s file', {}, '/etc/ssl/certs/ca-certificates.crt'],
  ['the one the environment names', { SSL_CERT_FILE: '/firm.pem' }, '/firm.pem'],
  [
    'the next one when that is missing or empty',
    { SSL_CERT_FILE: '/none', CURL_CA_BUNDLE: '/empty.pem' },
    '/etc/ssl/certs/ca-certificates.crt',
  ],
  ['a proxy’s authority that the set lacks', { NODE_EXTRA_CA_CERTS: '/firm.pem' }, '/firm.pem'],
  ['the set when it has the extra ones', { NODE_EXTRA_CA_CERTS: '/some.pem' }, '/etc/ssl/certs/ca-certificates.crt'],
])('takes %s', async (_name, env, path) => {
  expect(await caBundle(env, read)).toBe(path);
});

it('finds nothing on a machine without authorities', async () => {
  expect(await caBundle({}, async () => undefined)).toBeUndefined();
});
