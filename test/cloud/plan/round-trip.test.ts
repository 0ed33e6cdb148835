/** What a person has changed in a stack by the aws command, or in the console, and what a promote makes of it: every parameter of every template. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Cloud } from '../../../src/cloud/cloud.ts';
import { outputNamesOf, ownParameters, type Planning } from '../../../src/cloud/plan/plan.ts';
import type { StackSnapshot } from '../../../src/cloud/stacks/describe.ts';
import { keptParameters, resolveParameters } from '../../../src/cloud/stacks/resolve-parameters.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';
import { instanceMachines } from '../../../src/machines/table.ts';
import { catalogue } from '../../../src/settings/catalogue.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

/** bootdev's own: a promote puts them back, and its plan shows that. Each with the setting to change instead, or the reason why there is none. */
const owned: Readonly<Record<string, string>> = {
  ...{ Project: 'site.name', Domain: 'site.domain', HostedZoneId: 'aws.hostedZone', VpcCidr: 'aws.vpcCidr' },
  ...{ Zones: 'aws.zones', ZoneNames: 'aws.zones', Nat: 'aws.nat', FilesStore: 'files.store' },
  ...{ WebMin: 'aws.webMin', WebMax: 'aws.webMax', PermissionsBoundary: 'aws.permissionsBoundary' },
  ...{ AlarmMail: 'aws.alarmMail', Algorithm: 'balancer.algorithm', Sticky: 'balancer.sticky', Hsts: 'cdn.hsts' },
  ...{ CorsOrigins: 'files.corsOrigins', MediaOrigins: 'files.corsOrigins' },
  ...{ MailFrom: 'mail.from', MailIdentity: 'mail.from', MailZoneId: 'aws.hostedZone' },
  ...{ CacheNodes: 'memcached.count', CacheNodeType: 'aws.cacheNode', DatabaseQueryCache: 'database.queryCache' },
  ...{ DatabaseEngine: 'database.engine', DatabaseClass: 'aws.databaseClass' },
  ...{ DatabaseStorage: 'aws.databaseStorage', DatabaseStorageMax: 'aws.databaseStorage' },
  ...{ DatabaseBufferPool: 'aws.databaseClass', DatabaseRedoLog: 'aws.databaseClass' },
  ...{ DatabasePerformanceSchema: 'aws.databaseClass', DatabaseMaxConnections: 'aws.webMax' },
  ...{ WebInstanceType: 'aws.webInstance', WebCapacity: 'aws.webInstance' },
  ...{ AdminInstanceType: 'aws.adminInstance', AdminCapacity: 'aws.adminInstance' },
  ...{ SearchInstanceType: 'aws.searchInstance', SearchCapacity: 'aws.searchInstance' },
  ...{ FilesInstanceType: 'aws.filesInstance', FilesCapacity: 'aws.filesInstance' },
  ...{ ArbiterInstanceType: 'aws.arbiterInstance', ArbiterCapacity: 'aws.arbiterInstance' },
  Release: 'what is promoted',
  BootDigest: 'what is promoted',
  ...Object.fromEntries(
    instanceMachines.flatMap(({ instance: { word } }) => [
      [`${word}Bundle`, 'what is promoted'],
      [`${word}Packages`, 'what is promoted'],
    ]),
  ),
  Architecture: 'that of the packages, which are of this computer',
  'web ImageId': 'one image for all machines: --new-image',
  EdgePrefixList: "Amazon's list, which differs by region",
  PageCookies: "the application's",
  MailIdentityIsThere: 'what SES says',
  DatabaseName: 'a constant: another one replaces the database',
  DatabaseUser: 'a constant: another one replaces the database',
};

const texts = new Map(
  readdirSync('cfn')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [name, readFileSync(`cfn/${name}`, 'utf8')]),
);
const given = outputNamesOf({ templates: texts });
const cloud = { settings: completeSettings({}), environment: 'production' } as Cloud;
const digests = new Map(instanceMachines.map(({ kind }) => [kind, 'ours']));
const planning = {
  assets: {
    ...{ architecture: 'arm64', root: '', bundles: digests, packages: digests, release: 'ours', boot: 'ours' },
    ...{ databaseVersion: '9.7', edgeCookies: [], files: [], versioned: () => undefined },
  },
  accountFacts: {
    ...{ account: '', arn: '', imageId: 'ours', edgePrefixList: 'ours', zoneNames: ['a'], sizes: new Map() },
    mailIdentityIsThere: false,
  },
  ...{ outputNames: given, run: '', newImage: false },
} satisfies Planning;
const outputs = Object.fromEntries([...given].map((name) => [name, 'an output']));

const every = stacks.flatMap((stack) => {
  const template = readTemplate(texts.get(stack.file) ?? '');
  return [...template.parameters.keys()].map((name) => ({ stack, template, name }));
});

/** After a promote, of a stack in which this one parameter has another value. */
function promoted({ stack, template, name }: (typeof every)[number]): string | undefined {
  const before = Object.fromEntries([...template.parameters.keys()].map((each) => [each, 'as it was']));
  const parameters = { ...before, [name]: 'mine' };
  const snapshot = { stack, name: '', template, info: { parameters } } as unknown as StackSnapshot;
  const sources = { own: ownParameters(cloud, snapshot, planning), outputs, pending: new Set<string>() };
  return resolveParameters(stack, template, { ...sources, kept: keptParameters(parameters, given) }).parameters[name];
}

const isOwned = ({ stack, name }: (typeof every)[number]) => name in owned || `${stack.part} ${name}` in owned;

test('what is not ours, and no output of another stack, stays as a person has set it', () => {
  const free = every.filter((each) => !isOwned(each) && !given.has(each.name));
  expect(free.map((each) => [each.stack.part, each.name, promoted(each)])).toEqual(
    free.map(({ stack, name }) => [stack.part, name, 'mine']),
  );
  const names = free.map(({ stack, name }) => `${stack.part} ${name}`);
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "bootstrap LogDays",
      "data DatabaseEngineVersion",
      "edge ClosedBy",
      "edge EdgePriceClass",
      "edge WebAclArn",
      "files ArbiterDisk",
      "files ArbiterStorage",
      "files FilesDisk",
      "files FilesStorage",
      "files ImageId",
      "mail MailKeySerial",
      "search ImageId",
      "search SearchDisk",
      "search SearchStorage",
      "web AdminDisk",
      "web SiteSecretArn",
      "web WebDisk",
    ]
  `);
});

test('the list of our own is exact: each is put back, and where a setting is named there is one', () => {
  const ours = every.filter(isOwned);
  expect(ours.filter((each) => promoted(each) === 'mine').map(({ stack, name }) => `${stack.part} ${name}`)).toEqual(
    [],
  );
  const used = new Set(ours.flatMap(({ stack, name }) => [name, `${stack.part} ${name}`]));
  expect(Object.keys(owned).filter((name) => !used.has(name))).toEqual([]);
  const settings = Object.values(owned).filter((reason) => /^[a-z]+(?:\.\w+)?$/i.test(reason));
  expect(settings.filter((path) => !catalogue.has(path))).toEqual([]);
});
