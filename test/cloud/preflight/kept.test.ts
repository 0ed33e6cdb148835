/** What a stack keeps, and what preflight refuses because AWS could not do it over what is there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AccountFacts, Assets, Cloud } from '../../../src/cloud/cloud.ts';
import { ownParameters } from '../../../src/cloud/plan/plan.ts';
import { checkDatabase } from '../../../src/cloud/preflight/database.ts';
import { checkNetwork } from '../../../src/cloud/preflight/network.ts';
import type { StackSnapshot } from '../../../src/cloud/stacks/describe.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const cloud = { settings: completeSettings({ site: { name: 'shop' } }), environment: 'production' } as Cloud;
const assets = {
  databaseVersion: '10.0',
  edgeCookies: [],
  bundles: new Map(),
  packages: new Map(),
  architecture: 'arm64',
};
const planning = {
  assets: assets as never as Assets,
  accountFacts: { sizes: new Map(), zoneNames: [] } as never as AccountFacts,
  run: '',
  newImage: false,
  outputNames: new Set<string>(),
};

function snapshot(part: string, parameters: Record<string, string>): StackSnapshot {
  const stack = stacks.find((each) => each.part === part) as (typeof stacks)[number];
  const template = readTemplate(readFileSync(`cfn/${stack.file}`, 'utf8'));
  return { stack, name: part, template, info: { parameters } as never };
}

test("a newer series here is no upgrade of the stack's database: its group and its version stay", () => {
  const data = snapshot('data', { DatabaseEngineVersion: '9.7' });
  expect(ownParameters(cloud, data, planning).DatabaseEngineVersion).toBe('9.7');
  expect(checkDatabase(cloud, [data], assets)).toMatchObject([
    { state: 'warning', text: 'it runs mysql 9.7 and stays there; the replica has 10.0' },
  ]);
  expect(ownParameters(cloud, { ...data, info: undefined as never }, planning).DatabaseEngineVersion).toBe('10.0');
});

test('nodes with disks keep their image', () => {
  for (const part of ['search', 'files'])
    expect(ownParameters(cloud, snapshot(part, { ImageId: 'ami-old' }), planning).ImageId).toBe('ami-old');
});

test('but with --new-image they get a new one, as the others do', () => {
  const accountFacts = { ...planning.accountFacts, imageId: 'ami-new' };
  for (const part of ['search', 'files']) {
    const asked = ownParameters(cloud, snapshot(part, { ImageId: 'ami-old' }), {
      ...planning,
      accountFacts,
      newImage: true,
    });
    expect(asked.ImageId).toBe('ami-new');
  }
});

test('other addresses are refused', () => {
  expect(checkNetwork(cloud, [snapshot('network', { VpcCidr: '10.9.0.0/16' })])).toMatchObject([{ state: 'bad' }]);
  expect(checkNetwork(cloud, [snapshot('network', { VpcCidr: cloud.settings.aws.vpcCidr })])).toEqual([]);
});
