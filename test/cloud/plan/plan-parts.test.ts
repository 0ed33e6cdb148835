/** The pure parts of a plan. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plannedChanges } from '../../../src/cloud/plan/changes.ts';
import { makeParameters, type ParameterInput } from '../../../src/cloud/stacks/parameters.ts';
import { keptParameters, renameOutputs, resolveParameters } from '../../../src/cloud/stacks/resolve-parameters.ts';
import { instances, usable, webCounts } from '../../../src/cloud/stacks/sizes.ts';
import { domainOf, stacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';
import type { ResourceChange } from '../../../src/io/aws/aws.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const template = readTemplate(
  'Parameters: { A: {}, B: {}, C: { Default: 3 } }\nResources: {}\nOutputs: { X: { Value: !Ref A } }',
);
const stack = stacks[0] as (typeof stacks)[number];
const none = { own: {}, outputs: {}, pending: new Set<string>() };

test('a parameter: our own value, then an output, then the default', () => {
  const resolved = resolveParameters(stack, template, {
    ...none,
    own: { A: 'own' },
    outputs: { A: 'output', B: 'output' },
  });
  expect(resolved).toEqual({ parameters: { A: 'own', B: 'output', C: '3' }, missing: [] });
});

test('a parameter waits for an output that an earlier stack will have', () => {
  expect(
    resolveParameters(stack, template, { ...none, own: { A: '1' }, pending: new Set(['B', 'C']) }).missing,
  ).toEqual(['B', 'C']);
});

test('what a person has set in a stack stays, unless we or a stack give it', () => {
  const kept = keptParameters({ A: '7', C: '8', D: '9', X: 'of a stack that is gone' }, new Set(['X']));
  expect(kept).toEqual({ A: '7', C: '8', D: '9' });
  const resolved = resolveParameters(stack, template, { ...none, own: { A: '1' }, outputs: { B: '2' }, kept });
  expect(resolved.parameters).toEqual({ A: '1', B: '2', C: '8' });
});

test('a parameter without a value is a bug, by name', () => {
  expect(() => resolveParameters(stack, template, none)).toThrow('cfn/10-bootstrap.yaml: the parameter A has no value');
});

test("the edge certificate's output has a name of its own", () => {
  const edge = stacks.find(({ part }) => part === 'edge-certificate') as typeof stack;
  expect(renameOutputs(edge, { CertificateArn: 'x' })).toEqual({ EdgeCertificateArn: 'x' });
});

const change = (part: Partial<ResourceChange>): ResourceChange => ({
  ...{ action: 'Modify', resource: 'R', type: 'AWS::EC2::Subnet', replacement: 'False', policy: '', properties: [] },
  ...part,
});

test('loss of data first, then deletions, replacements, changes and what is new', () => {
  const planned = plannedChanges([
    change({ resource: 'New', action: 'Add' }),
    change({ resource: 'Changed' }),
    change({ resource: 'Replaced', replacement: 'True' }),
    change({ resource: 'Deleted', action: 'Remove', policy: 'Delete' }),
    change({ resource: 'Database', type: 'AWS::RDS::DBInstance', replacement: 'True', policy: 'ReplaceAndSnapshot' }),
  ]);
  expect(planned.map(({ sign, resource }) => `${sign} ${resource}`)).toEqual([
    ...['± Database', '- Deleted', '± Replaced', '~ Changed', '+ New'],
  ]);
});

test.each([
  [{ action: 'Remove', policy: 'Delete' }, 'is deleted: its data is lost'],
  [{ action: 'Remove', policy: 'Retain' }, 'is deleted: the old one stays in the account, outside the stack'],
  [{ action: 'Remove', policy: 'Snapshot' }, 'is deleted: a snapshot of it stays'],
  [{ action: 'Remove', policy: '' }, 'is deleted: its data is lost'],
  [
    { replacement: 'Conditional' as const, policy: 'ReplaceAndDelete' },
    'may be replaced by an empty one: its data is lost',
  ],
])('what happens to data: %j', (part, words) => {
  expect(plannedChanges([change({ type: 'AWS::EC2::Volume', ...part })])[0]?.data).toBe(words);
});

test('a database that is only changed loses nothing', () => {
  expect(plannedChanges([change({ type: 'AWS::RDS::DBInstance' })])[0]?.data).toBeUndefined();
});

test('of a boot script, only the lines that differ, decoded', () => {
  const script = (digest: string) => Buffer.from(`#!/bin/sh\nA=1\nBOOTDEV_DIGEST=${digest}\n`).toString('base64');
  const properties = [
    {
      ...{ attribute: 'Properties', path: '/Properties/LaunchTemplateData/UserData', recreates: 'Never' as const },
      ...{ before: script('old'), after: script('new') },
    },
  ];
  expect(plannedChanges([change({ properties })])[0]?.details).toEqual([
    { name: 'BOOTDEV_DIGEST', before: 'old', after: 'new' },
  ]);
});

const input = (raw: Parameters<typeof completeSettings>[0] = {}): ParameterInput => ({
  settings: completeSettings(raw),
  ...{
    environment: 'production',
    architecture: 'arm64',
    imageId: 'ami-1',
    edgePrefixList: 'pl-1',
    zoneNames: ['a', 'b', 'c'],
    databaseVersion: '9.7',
    edgeCookies: ['SESS*'],
  },
  ...{ boot: 'b', bundles: new Map([['web', 'w']]), packages: new Map([['web', 'p']]), release: 'r' },
  sizes: new Map([['t4g.small', { memory: 2048, cpus: 2 }]]),
});

test('every parameter of the shipped templates has a source', () => {
  const own = new Set(Object.keys(makeParameters(input())));
  const files = readdirSync('cfn').filter((name) => /^\d.*\.yaml$/.test(name));
  const templates = files.map((name) => ({ name, ...readTemplate(readFileSync(`cfn/${name}`, 'utf8')) }));
  const outputs = new Set([...templates.flatMap(({ outputs: all }) => all), 'EdgeCertificateArn']);
  const kinds = ['Admin', 'Search', 'Files', 'Arbiter'].flatMap((word) => [`${word}Bundle`, `${word}Packages`]);
  const orphans = templates.flatMap(({ name, parameters: all }) =>
    [...all]
      .filter(([key, fallback]) => fallback === undefined && !own.has(key) && !outputs.has(key) && !kinds.includes(key))
      .map(([key]) => `${name} ${key}`),
  );
  expect(files.length).toBeGreaterThan(8);
  expect(orphans).toEqual([]);
});

test('every stack has its template', () => {
  expect(stacks.filter(({ file }) => !readdirSync('cfn').includes(file))).toEqual([]);
});

test('capacity depends on the instance, minus what the kernel keeps', () => {
  expect(usable({ memory: 2048, cpus: 2 })).toEqual({ memory: 1881, cpus: 2 });
  const { WebCapacity, DatabaseBufferPool, DatabaseMaxConnections } = makeParameters(input());
  expect(WebCapacity).toBe('APCU_MB=59 FPM_CHILDREN=23 OPCACHE_MB=235');
  // RDS's own processes are not small beside 2 GB.
  expect(usable({ memory: 2048, cpus: 2 }, { database: true })).toEqual({ memory: 1581, cpus: 2 });
  expect(Number(DatabaseBufferPool)).toBe(1181 * 2 ** 20);
  expect(DatabaseMaxConnections).toBe(String(23 * 4 + 30));
});

test.each([
  ['shop.example.org', 'shop.example.org'],
  ['shop.localhost', ''],
  ['shop.test', ''],
  ['intranet', ''],
])('the public name of %s', (domain, expected) => {
  expect(domainOf(completeSettings({ site: { domain } }))).toBe(expected);
});

test.each([
  [{}, { MailFrom: 'no-reply@site.localhost', MailIdentity: 'no-reply@site.localhost', MailZoneId: '' }],
  [
    { site: { domain: 'shop.example.org' }, aws: { hostedZone: 'Z1' } },
    { MailFrom: 'no-reply@shop.example.org', MailIdentity: 'shop.example.org', MailZoneId: 'Z1' },
  ],
  [
    { site: { domain: 'shop.example.org' }, mail: { from: 'me@gmail.com' }, aws: { hostedZone: 'Z1' } },
    { MailFrom: 'me@gmail.com', MailIdentity: 'me@gmail.com', MailZoneId: '' },
  ],
])('whom SES verifies: %j', (raw, expected) => {
  expect(makeParameters(input(raw))).toMatchObject(expected);
});

test('sizes: a preset in the architecture of the replica, each type may be chosen separately', () => {
  const medium = completeSettings({ size: 'medium', aws: { adminInstance: 'm7g.medium' } });
  expect(instances(medium, 'arm64')).toMatchObject({ web: 'm7g.large', admin: 'm7g.medium', arbiter: 't4g.micro' });
  expect(instances(medium, 'amd64')).toMatchObject({ web: 'm7i.large', arbiter: 't3.micro' });
});

test.each([
  [{ web: { count: 2 } }, { min: 2, max: 4 }],
  [{ aws: { webMin: 3, webMax: 12 } }, { min: 3, max: 12 }],
  [{ aws: { webMin: 3, webMax: 3 } }, { min: 3, max: 4 }],
])('web machines: %j', (raw, expected) => {
  expect(webCounts(completeSettings(raw))).toEqual(expected);
});
