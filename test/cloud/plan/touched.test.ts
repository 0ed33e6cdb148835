/**
 * A plan of one changed setting is about its own stacks. A stack is left alone when its template and all of its parameters are as they were
 * (src/cloud/plan/plan.ts); the template does not come from settings, so what counts are parameters, the bundles' digests among them.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { edgeCookies } from '../../../src/bundle/derived.ts';
import { makeParameters } from '../../../src/cloud/stacks/parameters.ts';
import { renameOutputs, resolveParameters } from '../../../src/cloud/stacks/resolve-parameters.ts';
import { stacks, usedStacks } from '../../../src/cloud/stacks/stacks.ts';
import { readTemplate } from '../../../src/cloud/stacks/template.ts';
import { readFolder } from '../../../src/io/folder.ts';
import type { Size } from '../../../src/machines/capacity.ts';
import { instanceMachines } from '../../../src/machines/table.ts';
import { catalogue } from '../../../src/settings/catalogue.ts';
import { completeSettings, type Settings } from '../../../src/settings/schema.ts';

/** Setting → another value, and the stacks that it changes, makes or leaves over. */
const table: Readonly<Record<string, [value: unknown, stacks: string]>> = {
  'site.domain': ['shop.example.org', 'certificate edge-certificate files mail edge web'],
  application: ['drupal', 'edge web'],
  size: ['large', 'data search files web watch'],
  images: ['packages', ''],
  'code.path': ['web', ''],
  'code.docroot': ['web', 'web'],
  'code.mode': ['release', ''],
  'code.git': ['https://git.example.org/shop.git', ''],
  'code.ref': ['main', ''],
  'code.build': [['make'], ''],
  'code.update': [['php update.php'], 'web'],
  'code.keep': [3, ''],
  'web.count': [4, 'data web watch'],
  'web.memory': [1024, ''],
  'php.memoryLimit': [300, 'data web watch'],
  'php.childMemory': [100, 'data web watch'],
  'php.uploadLimit': [128, 'web'],
  'php.maxExecutionTime': [30, 'web'],
  'admin.memory': [1024, ''],
  'database.engine': ['mariadb', 'data'],
  'database.memory': [1024, ''],
  'database.queryCache': [64, 'data'],
  'memcached.count': [3, 'data web'],
  'memcached.memory': [256, ''],
  'search.engine': ['none', 'search web watch'],
  'search.memory': [1024, ''],
  'files.store': ['volume', 'files web'],
  'files.corsOrigins': [['https://app.example.org'], 'files edge web'],
  'balancer.algorithm': ['random', 'edge'],
  'balancer.scheduler': ['rr', ''], // with balancer.kind lvs alone: test/cloud/stacks
  'balancer.mode': ['dr', ''],
  'balancer.weights': [[3, 1], ''],
  'balancer.directors': [2, ''],
  'balancer.sticky': ['cookie', 'edge'],
  'balancer.retries': [1, ''],
  'balancer.https': ['redirect', ''],
  'cdn.enabled': [true, ''],
  'cdn.hsts': [false, 'edge'],
  'cache.enabled': [false, 'web'],
  'cache.ttl': [33, 'web'],
  'cache.stale': [60, 'web'],
  'cache.grace': [2, 'web'],
  'cache.sessionCookies': [['mine'], 'edge web'],
  'cache.varyCookies': [['currency'], 'edge web'],
  'cache.uncachedPaths': [['/api'], 'web'],
  'cache.stripArguments': [['ref'], 'web'],
  'cache.warm': ['on', 'web'],
  'cache.warmRate': [20, 'web'],
  'cache.warmPages': [100, 'web'],
  'cache.warmEvery': [3600, 'web'],
  'cache.warmCookies': [['currency=eur'], 'web'],
  'limits.login': [10, 'web'],
  'limits.loginPaths': [['/in'], 'web'],
  'limits.xmlrpc': [10, 'web'],
  'limits.xmlrpcPaths': [['/rpc'], 'web'],
  'limits.form': [10, 'web'],
  'limits.formPaths': [['/form'], 'web'],
  'mail.from': ['me@example.net', 'mail web'],
  'mail.otherSenders': ['refuse', 'web'],
  'cron.enabled': [false, 'web'],
  'cron.interval': [600, 'web'],
  'cron.failureMail': ['ops@example.org', 'web'],
  'ports.https': [9443, ''],
  'ports.http': [9080, ''],
  'ports.mail': [9025, ''],
  'ports.s3': [9001, ''],
  'aws.hostedZone': ['Z0123456789ABC', 'certificate edge-certificate mail address'],
  'aws.vpcCidr': ['10.50.0.0/16', 'network web'],
  'aws.zones': [2, 'network search files'],
  'aws.nat': ['per-zone', 'network'],
  'aws.webInstance': ['m7g.large', 'data web watch'],
  'aws.adminInstance': ['m7g.large', 'web'],
  'aws.searchInstance': ['m7g.large', 'search'],
  'aws.filesInstance': ['m7g.large', 'files'],
  'aws.arbiterInstance': ['m7g.large', 'files'],
  'aws.webMin': [1, 'data web watch'],
  'aws.webMax': [6, 'data web watch'],
  'aws.databaseClass': ['db.m7g.large', 'data'],
  'aws.databaseStorage': [50, 'data'],
  'aws.cacheNode': ['cache.m7g.large', 'data'],
  'aws.permissionsBoundary': ['arn:aws:iam::123456789012:policy/b', 'search files mail web'],
  'aws.alarmMail': ['ops@example.org', 'watch'],
};

/** Which site, in which account: another value is another site. And what has one value so far. */
const elsewhere = ['site.name', 'aws.region', 'aws.profile', 'balancer.kind', 'cdn.enabled', 'map.apiKey'];

const docker = await readFolder('docker');
const templates = new Map(stacks.map(({ file }) => [file, readFileSync(`cfn/${file}`, 'utf8')]));
const read = new Map([...templates].map(([file, text]) => [file, readTemplate(text)]));
const packages = new Map(instanceMachines.map(({ kind }) => [kind, 'p']));
const sizes = new Map<string, Size>([
  ...['t4g.micro', 't4g.small'].map((type) => [type, { memory: 2048, cpus: 2 }] as const),
  ...['m7g.large', 'm7g.xlarge'].map((type) => [type, { memory: 8192, cpus: 4 }] as const),
]);

/** Part of each stack → its parameters as text. */
function parametersOf(settings: Settings): Map<string, string> {
  const bundles = new Map([...makeBundle(settings, docker).machines].map(([kind, { digest }]) => [kind, digest]));
  const own = makeParameters({
    ...{ settings, environment: 'production', architecture: 'arm64', imageId: 'ami-1', edgePrefixList: 'pl-1' },
    ...{ zoneNames: ['a', 'b', 'c'].slice(0, settings.aws.zones), databaseVersion: '9.7', boot: 'b', release: 'r' },
    ...{ bundles, packages, sizes, edgeCookies: edgeCookies(settings, docker) },
  });
  const outputs: Record<string, string> = {};
  return new Map(
    usedStacks(settings).map((stack) => {
      const template = read.get(stack.file);
      if (!template) throw new Error(`no template ${stack.file}`);
      const all = Object.fromEntries(template.outputs.map((name) => [name, `${stack.part}'s`]));
      const { parameters } = resolveParameters(stack, template, { own, outputs, pending: new Set() });
      Object.assign(outputs, renameOutputs(stack, all));
      return [stack.part, JSON.stringify(parameters)];
    }),
  );
}

type Raw = Parameters<typeof completeSettings>[0];
const site: Raw = { site: { name: 'shop', domain: 'www.example.net' } };
/** What the other value needs. */
const needs: Readonly<Record<string, Raw>> = {
  'database.queryCache': { database: { engine: 'mariadb' } },
  'cache.warmCookies': { cache: { varyCookies: ['currency'] } },
};

function touched(path: string, value: unknown): string {
  const [section = '', name] = path.split('.');
  const base: Record<string, unknown> = { ...site, ...needs[path] };
  const change = { [section]: name ? { ...(base[section] ?? {}), [name]: value } : value };
  const [before, after] = [base, { ...base, ...change }].map((raw) => parametersOf(completeSettings(raw as Raw)));
  const parts = stacks.map(({ part }) => part);
  return parts.filter((part) => before?.get(part) !== after?.get(part)).join(' ');
}

test('every setting has its row', () => {
  expect([...catalogue.keys()].filter((path) => !(path in table) && !elsewhere.includes(path))).toEqual([]);
});

test('each setting changes its own stacks and no other', () => {
  const found = Object.entries(table).map(([path, [value]]) => [path, touched(path, value)]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(table).map(([path, [, parts]]) => [path, parts])),
  );
});
