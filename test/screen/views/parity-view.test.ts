import { expect, test } from 'vitest';
import type { Parity, ParityRow } from '../../../src/events.ts';
import { textOf } from '../../../src/screen/line.ts';
import { parityTable } from '../../../src/screen/views/parity-view.ts';

const row = (part: ParityRow['part'], name: string, sides: [string, string, string], more: Partial<ParityRow> = {}) => {
  const [settings, replica, aws] = sides;
  return { part, name, settings, replica, aws, state: 'same', ...more } as ParityRow;
};
const minor = true as const;

const rows = [
  row('configuration', 'lb', ['3f9c2e71', '3f9c2e71', 'Application Load Balancer']),
  row('configuration', 'web-1 · i-0ab', ['77aa01d2', '77aa01d2', '00bb11cc'], {
    state: 'differs',
    text: 'i-0ab etc/nginx/site.conf:12: gzip off;',
  }),
  row('release', 'web', ['a41f00c0', 'a41f00c0', 'a41f00c0']),
  row('parameters', 'mysql max_allowed_packet', ['64M', '64M', '67108864'], { minor }),
  row('parameters', 'mysql bind_address', ['0.0.0.0', '0.0.0.0', ''], { state: 'accepted', text: 'RDS sets it' }),
  row('parameters', 'memcached max_item_size', ['2m', '2m', '1m'], { state: 'differs', text: 'another value', minor }),
  row('capacity', 'web FPM_CHILDREN', ['', '4', '32'], { state: 'size', text: '512 MB, 2 CPUs | 8192 MB, 2 CPUs' }),
  row('packages', 'web nginx', ['', '1.26', '1.26'], { minor }),
  row('packages', 'web openssl', ['', '3.5.1', '3.5.4'], { minor, state: 'accepted', text: 'the base system' }),
  row('accepted', 'mail', ['', 'Mailpit', 'SES'], { state: 'accepted', text: 'no mail leaves' }),
];
const parity: Parity = {
  project: 'shop',
  environment: 'production',
  root: '3f9c2e71'.padEnd(64, '0'),
  same: false,
  rows,
};
const text = (change: Partial<Parity> = {}) =>
  parityTable({ ...parity, ...change })
    .map((line) => textOf(line).trimEnd())
    .join('\n');

test('one table per part: differences with their reasons, the same rows counted', () => {
  expect(text()).toMatchInlineSnapshot(`
    "shop · 2 differences between settings, replica and production    bundle 3f9c2e71

    configuration    settings  replica   aws
    ✓ lb             3f9c2e71  3f9c2e71  Application Load Balancer
    ✗ web-1 · i-0ab  77aa01d2  77aa01d2  00bb11cc
        i-0ab etc/nginx/site.conf:12: gzip off;

    code   settings  replica   aws
    ✓ web  a41f00c0  a41f00c0  a41f00c0

    parameters                 settings  replica  aws
    · mysql bind_address       0.0.0.0   0.0.0.0
        RDS sets it
    ✗ memcached max_item_size  2m        2m       1m
        another value
    ✓ 1 more: the same

    depends on size     replica  aws
    · web FPM_CHILDREN  4        32
        512 MB, 2 CPUs | 8192 MB, 2 CPUs

    packages
    ✓ 1 more: the same
    · 1 more: the base system

    accepted differences
    · mail: Mailpit here, SES on AWS
        no mail leaves"
  `);
});

test('only settings and replica', () => {
  const alone = rows.filter(({ part }) => part === 'release').map((each) => ({ ...each, aws: '' }));
  expect(text({ environment: '', same: true, rows: alone })).toMatchInlineSnapshot(`
    "shop · settings and replica are the same                         bundle 3f9c2e71

    code   settings  replica
    ✓ web  a41f00c0  a41f00c0"
  `);
});
