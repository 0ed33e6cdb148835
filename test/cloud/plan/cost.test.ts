/** The fixed parts of the bill, from the parameters of the shipped templates. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { estimateCost, type PricedStack } from '../../../src/cloud/plan/cost.ts';
import { hoursAMonth, prices } from '../../../src/cloud/plan/prices.ts';
import { makeParameters, type ParameterInput } from '../../../src/cloud/stacks/parameters.ts';
import { type Architecture, instances } from '../../../src/cloud/stacks/sizes.ts';
import { usedStacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';
import { completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';
import { resolveTemplate } from '../../fakes/template-values.ts';

const site = { name: 'shop' };

/** The stacks as promote would create them, each with its own parameters only. */
function standing(raw: SettingsInput = {}, architecture: Architecture = 'amd64'): PricedStack[] {
  const settings = completeSettings({ site, ...raw });
  const none = {
    imageId: '',
    edgePrefixList: '',
    zoneNames: [],
    databaseVersion: '',
    edgeCookies: [],
    boot: '',
    release: '',
  };
  const input: ParameterInput = { settings, environment: 'production', architecture, ...none, ...empty };
  const own = makeParameters(input);
  return usedStacks(settings).map(({ part, file }) => {
    const template = readTemplate(readFileSync(`cfn/${file}`, 'utf8'));
    const entries = [...template.parameters].map(([name, fallback]) => [name, own[name] ?? fallback ?? '']);
    return { part, parameters: Object.fromEntries(entries) };
  });
}
const empty = { bundles: new Map(), packages: new Map(), sizes: new Map() };

const text = ({ after, before, parts }: ReturnType<typeof estimateCost>) => [
  ...parts.map((part) => `${part.name}: ${part.before ?? '-'} → ${part.after ?? '-'}  ${part.text}`),
  `${before ?? '-'} → ${after ?? '-'}`,
];

test('a small site in us-east-1, before it exists', () => {
  expect(text(estimateCost('us-east-1', [], standing({ size: 'small' })))).toMatchInlineSnapshot(`
    [
      "database: - → 51.32  2 × db.t4g.small, 40 GB gp3",
      "files machines: - → 37.96  2 × t3.small, t3.micro",
      "NAT gateway: - → 32.85  NAT gateway",
      "web machines: - → 30.37  2 × t3.small",
      "memcached: - → 23.36  2 × cache.t4g.micro",
      "disks: - → 16.8  210 GB gp3",
      "load balancer: - → 16.43  load balancer",
      "search machine: - → 15.18  t3.small",
      "admin machine: - → 15.18  t3.small",
      "public addresses: - → 14.6  4 × public IPv4",
      "metrics, alarms: - → 10.3  26 × metric, 25 × alarm",
      "keys, secrets, zone: - → 3.5  KMS key, hosted zone, 5 × secret",
      "- → 267.85",
    ]
  `);
});

test('calculated by hand: two gateways, no search, no shared files', () => {
  const raw: SettingsInput = {
    aws: { nat: 'per-zone', zones: 2 },
    search: { engine: 'none' },
    files: { store: 'volume' },
  };
  const { parts } = estimateCost('us-east-1', [], standing({ size: 'small', ...raw }));
  const of = (name: string) => parts.find((part) => part.name === name)?.after;
  expect(of('NAT gateway')).toBe(65.7); // 2 × 0.045 × 730
  expect(of('public addresses')).toBe(14.6); // (2 + 2) × 0.005 × 730
  expect(of('search machine')).toBeUndefined();
  expect(of('files machines')).toBeUndefined();
});

test('what exists, and what will: only what changes differs', () => {
  const change = estimateCost('us-east-1', standing(), standing({ aws: { webInstance: 't3.medium' } }));
  const differing = change.parts.filter(({ before, after }) => before !== after);
  expect(differing.map(({ name }) => name)).toEqual(['web machines']);
  expect((change.after ?? 0) - (change.before ?? 0)).toBeCloseTo(2 * (0.0416 - 0.0208) * hoursAMonth, 1);
});

test('a stack that is deleted, a type without a price, a region without prices', () => {
  const gone = estimateCost('us-east-1', standing(), standing({ search: { engine: 'none' } }));
  expect(gone.parts.find(({ name }) => name === 'search machine')).toMatchObject({ text: '', before: 15.18 });
  const other = estimateCost('us-east-1', [], standing({ aws: { databaseClass: 'db.x9.large' } }));
  expect(other.unknown).toEqual(['db.x9.large']);
  expect(other.parts.find(({ name }) => name === 'database')).toEqual({
    ...{ name: 'database', text: '2 × db.x9.large, 40 GB gp3' },
  });
  expect(other.after).toBe(other.parts.reduce((sum, { after = 0 }) => sum + Math.round(after * 100), 0) / 100);
  const from = estimateCost('us-east-1', standing(), standing({ aws: { databaseClass: 'db.x9.large' } }));
  expect(from.after).toBe(from.before); // it is in neither sum
  expect(estimateCost('mars-north-1', [], standing())).toMatchObject({ parts: [], unknown: [] });
});

test('us-east-1 has a price for everything that each size uses', () => {
  for (const size of ['small', 'medium', 'large'] as const)
    for (const architecture of ['amd64', 'arm64'] as const) {
      const types = Object.values(instances(completeSettings({ site, size }), architecture));
      expect(types.filter((type) => !(type in (prices['us-east-1'] ?? {})))).toEqual([]);
      expect(estimateCost('us-east-1', [], standing({ size }, architecture)).unknown).toEqual([]);
    }
});

const groups = ['SearchGroupName', 'Files1GroupName', 'Files2GroupName', 'ArbiterGroupName'];
const nowhere = Object.fromEntries([...groups, 'CertificateArn', 'AlarmMail'].map((name) => [name, '']));

/** Alarms of a stack as they will be made, each once for each metric that it looks at. */
function alarmsOf(parameters: Readonly<Record<string, string>>): number {
  const { resources } = resolveTemplate(readFileSync('cfn/80-watch.yaml', 'utf8'), {
    ...{ stack: 'shop-production-watch', region: 'us-east-1', account: '123456789012', physical: () => undefined },
    parameters: { Project: 'shop-production', ...nowhere, ...parameters },
  });
  const alarms = [...resources.values()].filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
  const looked = (metrics: { MetricStat?: unknown }[] = [{ MetricStat: {} }]) =>
    metrics.filter((each) => each.MetricStat);
  return alarms.reduce((sum, { properties }) => sum + looked(properties.Metrics).length, 0);
}

test('what a GB of the log costs is known where prices are', () => {
  expect(estimateCost('eu-west-1', [], standing()).logged).toBe(0.57);
  expect(estimateCost('mars-north-1', [], standing()).logged).toBeUndefined();
});

test('every metric of our own and every alarm is in the sum', () => {
  const names = Object.fromEntries(groups.map((name) => [name, 'x']));
  const counted = (raw: SettingsInput = {}) => {
    const [part] = estimateCost('us-east-1', [], standing(raw)).parts.filter(({ name }) => name === 'metrics, alarms');
    return part?.text.split(', ').map((text) => Number.parseInt(text, 10));
  };
  // Two more by which the group of web machines scales.
  const scaling = 2;
  // docker/ec2/boot: health of six groups, and five of the project; the age of the newest backup; EC2's seven of two machines.
  expect(counted()).toEqual([6 + 5 + 1 + 14, alarmsOf(names) + scaling]);
  expect(counted({ site: { ...site, domain: 'shop.org' } })?.[1]).toBe(
    alarmsOf({ ...names, CertificateArn: 'x' }) + scaling,
  );
  const least: SettingsInput = { search: { engine: 'none' }, files: { store: 'volume' } };
  expect(counted(least)).toEqual([2 + 5 + 1 + 14, alarmsOf({}) + scaling]);
  // What boot says by the project's name, and nothing else.
  const said = new Set(
    [...readFileSync('docker/ec2/lib/report.sh', 'utf8').matchAll(/\bmetric (\w+) .* Project "/g)].map(
      ([, name]) => name,
    ),
  );
  expect([...said].sort()).toEqual(['CacheHits', 'DiskFree', 'MemoryFree', 'PhpBusy', 'PhpWaiting']);
});
