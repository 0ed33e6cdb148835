/** What the site's certificate authority can be made to sign by whoever has its key, as a computer that trusts it sees it. */
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { siteNames } from '../../src/replica/target.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { imageOf } from '../scenarios/images.ts';

const names = siteNames(completeSettings({ site: { name: 'shop' } }));

interface Forged {
  /** Lines of the certificate's extensions. */
  extensions: string;
  subject?: string;
  /** How the visitor asks: -verify_hostname or -verify_ip. */
  as: string;
}
const name = (dns: string): Forged => ({ extensions: `subjectAltName=DNS:${dns}`, as: `-verify_hostname ${dns}` });
const address = (ip: string): Forged => ({ extensions: `subjectAltName=IP:${ip}`, as: `-verify_ip ${ip}` });

const table: [string, Forged, boolean][] = [
  ['the site', name('shop.localhost'), true],
  ['below the site', name('www.shop.localhost'), true],
  ["this computer's address", address('127.0.0.1'), true],
  ['another replica', name('other.localhost'), false],
  ['localhost', name('localhost'), false],
  ['a name that ends alike', name('eshop.localhost'), false],
  ['a public name', name('bank.example'), false],
  ['the site in another domain', name('shop.localhost.example'), false],
  ['a wildcard above', { extensions: 'subjectAltName=DNS:*.localhost', as: '-verify_hostname shop.localhost' }, false],
  [
    'the site and another name',
    { extensions: 'subjectAltName=DNS:shop.localhost,DNS:bank.example', as: '-verify_hostname bank.example' },
    false,
  ],
  [
    'a name in the subject alone',
    { extensions: 'basicConstraints=CA:FALSE', subject: '/CN=bank.example', as: '-verify_hostname bank.example' },
    false,
  ],
  ['another address of the loopback', address('127.0.0.2'), false],
  ['a public address', address('192.0.2.1'), false],
  ['an address of version 6', address('::1'), false],
  [
    'another purpose',
    {
      extensions: 'subjectAltName=DNS:shop.localhost\nextendedKeyUsage=clientAuth',
      as: '-verify_hostname shop.localhost',
    },
    false,
  ],
];

const sign = ({ extensions, subject = '/O=test', as }: Forged) => `
  printf '%b\\n' '${extensions.replaceAll('\n', '\\n')}' >extensions
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj '${subject}' -keyout key -out csr 2>/dev/null
  openssl x509 -req -in csr -CA /ca/ca.pem -CAkey /ca/ca.key -days 30 -extfile extensions -out crt 2>/dev/null
  openssl verify -purpose sslserver -CAfile /ca/ca.pem ${as} crt >said 2>&1 && echo yes || echo no`;

/** An authority below it, without constraints: the length of the path is 0. */
const below = `
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj '/CN=below' -keyout below.key -out csr 2>/dev/null
  printf 'basicConstraints=critical,CA:TRUE\\n' >extensions
  openssl x509 -req -in csr -CA /ca/ca.pem -CAkey /ca/ca.key -days 30 -extfile extensions -out below.pem 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj '/O=test' -keyout key -out csr 2>/dev/null
  printf 'subjectAltName=DNS:shop.localhost\\n' >extensions
  openssl x509 -req -in csr -CA below.pem -CAkey below.key -days 30 -extfile extensions -out crt 2>/dev/null
  openssl verify -purpose sslserver -CAfile /ca/ca.pem -untrusted below.pem -verify_hostname shop.localhost crt >said 2>&1 && echo yes || echo no`;

test('forged certificates, one by one', async () => {
  const script = `
  mkdir -p /ca /secrets/app /secrets/lb && printf '%s\\n' ${names.map((each) => `'${each}'`).join(' ')} >/tmp/names
  site-certificate /tmp/names && cd "$(mktemp -d)"
  ${table.map(([, forged]) => sign(forged)).join('\n')}
  ${below}`;
  const args = [
    'run',
    '--rm',
    '--network',
    'none',
    '--entrypoint',
    'bash',
    (await imageOf('loader')) ?? '',
    '-euc',
    script,
  ];
  const { stdout } = await execa('docker', args);
  const answers = stdout.trim().split('\n');
  expect([...table.map(([what], index) => [what, answers[index]]), ['an authority below it', answers.at(-1)]]).toEqual([
    ...table.map(([what, , valid]) => [what, valid ? 'yes' : 'no']),
    ['an authority below it', 'no'],
  ]);
});
