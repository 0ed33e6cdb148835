/** The verb with a fake engine and a fake account: what it reads, and where. */
import { afterAll, expect, test } from 'vitest';
import { makeBundle } from '../../src/bundle/bundle.ts';
import type { Event, Parity } from '../../src/events.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { allMachines, type Kind, usedMachines } from '../../src/machines/table.ts';
import { type Target, targetFile } from '../../src/machines/target.ts';
import { parity } from '../../src/parity/parity.ts';
import type { Reader } from '../../src/parity/sides/aws.ts';
import type { Context } from '../../src/project/context.ts';
import { readRelease } from '../../src/project/release.ts';
import { readSources } from '../../src/project/sources.ts';
import { replicaTarget } from '../../src/replica/target.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { names, promoted } from './live.ts';

const raw = { site: { name: 'shop' }, search: { engine: 'none' }, files: { store: 'volume' } } as const;
const settings = completeSettings(raw);
const live = await promoted(raw);
afterAll(() => live.stop());
const sources = await readSources(packageRoot);
const made = makeBundle(settings, sources.docker);
const { digest: code } = await readRelease('.', settings, sources.docker);
const packages = 'nginx=1.26.3-3\nmysql-server-core=9.7.0-2';

/** As LocalStack answers GetBucketCors. */
const origins = ['http', 'https'].flatMap((scheme) =>
  ['', ':*'].map((port) => `${scheme}://${settings.site.domain}${port}`),
);
const cors = `<CORSConfiguration><CORSRule>${origins.map((origin) => `<AllowedOrigin>${origin}</AllowedOrigin>`).join('')}${[
  ...['GET', 'HEAD', 'PUT', 'POST'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`),
].join(
  '',
)}<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>`;

const withTarget = (text: string, target: Target) =>
  text.replace(/@([A-Z0-9_]+)@/g, (_, name: keyof Target) => target[name] ?? '');

/** Containers that answer `machine report` and parity's commands like real ones; `edit` changes a live file. */
function engine(edit: (kind: Kind, path: string, text: string) => string = (_, __, text) => text) {
  const machines = new Map(allMachines(settings).map(({ name, machine }) => [name, machine]));
  return {
    containers: async () =>
      [...machines].map(([name, { kind }]) => ({
        ...{ id: name, service: kind, number: Number(/-(\d)$/.exec(name)?.[1] ?? 1) },
        ...{ state: 'running', health: 'healthy', image: '', address: '' },
      })),
    exec: async (id: string, [program, ...args]: string[]) => {
      const machine = machines.get(id);
      if (!machine) throw new Error(`no machine ${id}`);
      const { kind } = machine;
      const { digest, tree } = made.machines.get(kind) ?? { digest: '' };
      const target = replicaTarget(machine, settings, { project: 'p', ports: { https: 443, s3: 4566 } });
      const answer = (stdout: string) => ({ code: 0, stdout, stderr: '' });
      if (program?.endsWith('machine'))
        return answer(JSON.stringify({ machine: id, kind, digest, release: code, differs: [], programs: [] }));
      const paths = [...(args.at(-1) ?? '').matchAll(/current\/([^\s;]+)/g)].map(([, path = '']) => path);
      const live = paths.map((path) =>
        edit(kind, path, path.endsWith('cors.sh') ? cors : withTarget(tree?.get(path)?.bytes.toString() ?? '', target)),
      );
      return answer(['amd64', targetFile(target).trimEnd(), packages, ...live].join('\n\x1e'));
    },
  };
}

const context = (docker: object) =>
  ({ ...{ settings, sources, dir: '.', project: 'p', env: 'local', state: {} }, io: { docker } }) as unknown as Context;

async function run(events: AsyncGenerator<Event, boolean>) {
  const all: Event[] = [];
  for (;;) {
    const next = await events.next();
    if (!next.done) all.push(next.value);
    else return { same: next.value, all, parity: (all.at(-1) as { parity: Parity }).parity };
  }
}
const wrong = ({ rows }: Parity) => rows.filter(({ state }) => state === 'differs').map(({ name }) => name);

test('the replica against its settings, without AWS', async () => {
  const { same, all, parity: report } = await run(parity(context(engine()), {}));
  expect(wrong(report)).toEqual([]);
  expect(same).toBe(true);
  expect(all.map(({ type }) => type)).toEqual(['begin', 'step', 'step', 'notice', 'parity']);
  expect(report.rows).toContainEqual(
    expect.objectContaining({ name: 'web FPM_CHILDREN', replica: '5', state: 'same' }),
  );
});

test('what the last up was told, and no file says, is named (E11)', async () => {
  const { all } = await run(parity(context(engine()), { told: ['cache.ttl=60'] }));
  expect(all).toContainEqual({
    type: 'notice',
    level: 'info',
    text: 'The replica has --set cache.ttl=60, as the last up was told; the settings that it is compared with have not.',
    hint: 'write it in bootdev.yaml, or: bootdev parity --set cache.ttl=60',
  });
});

test('a live my.cnf that another program changed', async () => {
  const edited = engine((kind, _, text) => (kind === 'mysql' ? text.replace('64M', '65M') : text));
  const { same, parity: report } = await run(parity(context(edited), {}));
  expect(same).toBe(false);
  expect(wrong(report)).toEqual(['mysql max_allowed_packet']);
});

/** Nodes that report the results of promoting this bundle to instances with two vCPUs and 8 GB. */
function account({ reports = {} as Record<string, object>, group = {} as Record<string, string> } = {}): Reader {
  const sizes = { OPCACHE_MB: '256', APCU_MB: '64' };
  const node = (kind: Kind, capacity: object) => ({
    ...{
      kind,
      digest: made.machines.get(kind)?.digest,
      release: code,
      differs: [],
      programs: [],
      architecture: 'amd64',
    },
    ...{ capacity, packages: { nginx: '1.26.3-3' } },
  });
  const objects: Record<string, string> = {
    'reports/web/i-0a.json': JSON.stringify({ ...node('web', { ...sizes, FPM_CHILDREN: '32' }), ...reports.web }),
    'reports/admin/i-0b.json': JSON.stringify({ ...node('admin', sizes), ...reports.admin }),
    'packages/p1.manifest': 'aa debs/nginx_1.26.3-3_amd64.deb\n',
  };
  const stacks: Record<string, { parameters?: Record<string, string>; outputs?: Record<string, string> }> = {
    'shop-production-bootstrap': { outputs: { ArtifactBucket: 'bucket' } },
    'shop-production-data': {
      parameters: { DatabaseClass: 'db.m7i.large', DatabaseEngineVersion: '9.7.1' },
      outputs: { DatabaseParameterGroup: 'db-group', CacheParameterGroup: 'cache-group', DatabaseId: 'db' },
    },
    'shop-production-files': { outputs: { MediaBucket: names.bucket } },
    'shop-production-edge': { outputs: { DistributionId: names.distribution } },
    'shop-production-web': {
      parameters: {
        ...{ WebInstanceType: 'm7i.large', AdminInstanceType: 'm7i.large', WebMax: '4' },
        ...{ WebPackages: 'p1', AdminPackages: 'p1' },
      },
    },
  };
  const file = made.machines.get('mysql')?.tree.get('etc/mysql/my.cnf')?.bytes.toString() ?? '';
  const set = [...file.slice(file.indexOf('require')).matchAll(/^([a-z-]+) = (.*)$/gm)].map(
    ([, key = '', value = '']) => [key.replaceAll('-', '_'), value] as [string, string],
  );
  const database = new Map([
    ...set.filter(([key]) => !/^(secure_file_priv|slow_query_log_file)$/.test(key)),
    ['innodb_flush_log_at_trx_commit', '1'],
    ['innodb_buffer_pool_size', String(5564 * 2 ** 20)],
    ['log_output', 'FILE'],
    ['log_bin_trust_function_creators', '1'],
    ['max_connections', String(32 * 4 + 30)],
    ['innodb_redo_log_capacity', String(2782 * 2 ** 20)],
    ['performance_schema', '1'],
    ...Object.entries(group),
  ] as [string, string][]);
  return {
    cloudformation: async () => ({
      stack: async (name) => stacks[name] && { parameters: {}, outputs: {}, ...stacks[name] },
    }),
    bucket: async (name) => {
      if (name === names.bucket) return live.bucket;
      expect(name).toBe('bucket');
      return {
        list: async (prefix) =>
          Object.keys(objects)
            .filter((key) => key.startsWith(prefix))
            .map((key) => ({ key, time: new Date() })),
        get: async (key) => (objects[key] === undefined ? undefined : { text: objects[key] }),
        rules: () => live.bucket.rules(),
      };
    },
    edge: async () => live.edge,
    account: async () => ({
      instanceSizes: async (types) => [...new Set(types)].map((type) => ({ type, memory: 8192, cpus: 2 })),
      imageDates: async () => new Map([['ami-old', new Date(Date.now() - 31.5 * 86_400_000)]]),
    }),
    services: async () => ({
      databaseParameters: async (name) => (name === 'db-group' ? database : new Map()),
      cacheParameters: async (name) => new Map(name === 'cache-group' ? [['max_item_size', '2097152']] : []),
      database: async () => ({ groupState: 'in-sync', version: '9.7.1' }),
      running: async () => new Map(),
    }),
  };
}
const place = { project: 'shop-production', environment: 'production' };

test('settings, replica and AWS', async () => {
  const { same, parity: report } = await run(parity(context(engine()), { aws: { reader: account(), place } }));
  expect(report.rows.filter(({ state }) => state === 'differs')).toEqual([]);
  expect(same).toBe(true);
  const names = report.rows.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['web-1 · i-0a', 'admin · i-0b', 'mysql series', 'web nginx']));
  expect(usedMachines(settings).length).toBe(7);
});

test('a machine image that is old has a row of its own, and is no difference', async () => {
  const reader = account();
  const { stack } = await reader.cloudformation();
  const withImage = async (name: string) => {
    const found = await stack(name);
    return found && { ...found, parameters: { ...found.parameters, ImageId: 'ami-old' } };
  };
  const aws = { reader: { ...reader, cloudformation: async () => ({ stack: withImage }) }, place };
  const { same, parity: report } = await run(parity(context(engine()), { aws }));
  expect(same).toBe(true);
  expect(report.rows.find(({ name }) => name === 'web machine image')).toMatchObject({
    ...{ state: 'accepted', aws: 'ami-old, 31 days old', text: expect.stringContaining('--new-image') },
  });
});

test('one difference on AWS is one row', async () => {
  const reader = account({ group: { wait_timeout: '28800' } });
  const { same, parity: report } = await run(parity(context(engine()), { aws: { reader, place } }));
  expect(same).toBe(false);
  expect(wrong(report)).toEqual(['mysql wait_timeout']);
});

test('rules that the site gave its bucket here, a policy of before that may not read CloudFront: each its row', async () => {
  const edited = engine((_, path, text) => (path.endsWith('cors.sh') ? text.replace('PUT', 'DELETE') : text));
  const denied = {
    ...account(),
    edge: async () => ({ distribution: () => Promise.reject(new Error('AWS denied it')) }),
  };
  const { parity: report } = await run(parity(context(edited), { aws: { reader: denied, place } }));
  expect(report.rows.filter(({ state }) => state === 'differs')).toMatchObject([
    { part: 'cdn', name: 'all', text: 'CloudFront could not be read: AWS denied it' },
    { part: 'bucket', name: 'CORS methods', text: expect.stringContaining('bootdev exec s3 ') },
  ]);
});

test('nothing promoted yet is a notice, not a difference', async () => {
  const reader = { ...account(), cloudformation: async () => ({ stack: async () => undefined }) };
  const { same, all } = await run(parity(context(engine()), { aws: { reader, place } }));
  expect(same).toBe(true);
  expect(all).toContainEqual(expect.objectContaining({ text: 'Nothing was promoted to shop-production yet.' }));
});
