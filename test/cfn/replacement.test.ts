/** Each setting, from one value to another: what is recreated, and that the old and the new fit beside each other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createOnlyOf } from '../fakes/create-only.ts';
import { changes, type RawSettings } from './replacement.ts';
import { readTemplate } from './template.ts';

const domain = { site: { domain: 'shop.example.org' } };
const other = { site: { domain: 'www.example.com' } };
const zone = { ...domain, aws: { hostedZone: 'Z1' } };

test.each<[string, RawSettings, RawSettings]>([
  ['a domain is added', {}, domain],
  ['a domain with its zone is added', {}, zone],
  ['a domain is taken away', zone, {}],
  ['another domain', domain, other],
  ['a zone for the domain', domain, zone],
  ['another zone', zone, { ...domain, aws: { hostedZone: 'Z2' } }],
  ['three zones', { aws: { zones: 2 } }, { aws: { zones: 3 } }],
  ['two zones', { aws: { zones: 3 } }, { aws: { zones: 2 } }],
  ['a NAT gateway for each zone', {}, { aws: { nat: 'per-zone' } }],
  ['one NAT gateway', { aws: { nat: 'per-zone' } }, {}],
  ['a larger size', { size: 'small' }, { size: 'large' }],
  ['a smaller size', { size: 'large' }, { size: 'small' }],
  ['files on volumes', {}, { files: { store: 'volume' } }],
  ['files on Gluster', { files: { store: 'volume' } }, {}],
  ['another sender', {}, { mail: { from: 'me@example.net' } }],
  ["the sender's domain is the site's", domain, { ...domain, mail: { from: 'me@example.net' } }],
  ['more memcached nodes', { memcached: { count: 1 } }, { memcached: { count: 3 } }],
  ['another way to balance', {}, { balancer: { algorithm: 'random', sticky: 'cookie' } }],
  ['more web machines', {}, { aws: { webMin: 4, webMax: 9 } }],
  ['more storage', {}, { aws: { databaseStorage: 200 } }],
  ['a boundary', {}, { aws: { permissionsBoundary: 'arn:aws:iam::123456789012:policy/b' } }],
  ['another address for alarms', { aws: { alarmMail: 'a@example.org' } }, { aws: { alarmMail: 'b@example.org' } }],
  ['MariaDB', {}, { database: { engine: 'mariadb' } }],
])('%s', (_, before, after) => {
  const { replaced, collisions } = changes(before, after);
  expect(collisions).toEqual([]);
  expect(replaced).toMatchSnapshot();
});

// The site's database has another name after an import (docs/decisions/0021-data.md). The instance's own `DBName` must not: it would be replaced.
test("the name that RDS was made with is no setting's, and no machine's target", () => {
  const { Resources } = readTemplate('cfn/30-data.yaml');
  const names = Object.values(Resources).flatMap(({ Properties = {} }) =>
    'DBName' in Properties ? [Properties.DBName] : [],
  );
  expect(names).toEqual([{ Ref: 'DatabaseName' }]);
  expect(createOnlyOf('AWS::RDS::DBInstance')).toContain('DBName');
  const source = readFileSync('src/cloud/stacks/parameters.ts', 'utf8');
  expect(source.match(/DatabaseName:.*/g)).toEqual(["DatabaseName: 'site',"]);
});
