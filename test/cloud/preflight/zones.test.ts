import { expect, onTestFinished, test, vi } from 'vitest';
import type { Cloud } from '../../../src/cloud/cloud.ts';
import { chooseZones } from '../../../src/cloud/preflight/instances.ts';
import { account } from '../../../src/io/aws/account.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { FakeAws } from '../../fakes/aws.ts';

async function faked(zones: number) {
  const aws = await new FakeAws().start();
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await aws.stop();
  });
  const cloud = {
    settings: completeSettings({ site: { name: 'shop' }, aws: { zones } }),
    aws: { region: 'r' },
  } as Cloud;
  const choose = (types: string[], ZoneNames?: string) => {
    const network = { stack: { part: 'network' }, info: { outputs: { ZoneNames } } };
    return chooseZones(cloud, account({ region: 'eu-west-1' }), ZoneNames ? [network as never] : [], types);
  };
  return { aws, choose };
}

test('zones that offer every type, in their order', async () => {
  const { aws, choose } = await faked(2);
  aws.account.zoneLacks = { 'zone-a': ['m7g.large'] };
  expect((await choose(['t4g.small', 'm7g.large'])).zoneNames).toEqual(['zone-b', 'zone-c']);
  expect((await choose(['t4g.small'])).zoneNames).toEqual(['zone-a', 'zone-b']);
});

test('those of the network stay, and another is added behind them', async () => {
  const { choose } = await faked(3);
  expect((await choose(['t4g.small'], 'zone-c,zone-b')).zoneNames).toEqual(['zone-c', 'zone-b', 'zone-a']);
});

test('a type that a zone in use lacks, or too few that have it: refused by name', async () => {
  const { aws, choose } = await faked(3);
  aws.account.zoneLacks = { 'zone-b': ['m8g.large'] };
  for (const now of [undefined, 'zone-a,zone-b,zone-c'])
    expect((await choose(['m8g.large'], now)).finding).toMatchObject({ state: 'bad', text: 'zone-b lacks m8g.large' });
});
