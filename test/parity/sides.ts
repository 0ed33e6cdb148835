/** A promoted shop without differences: the scenario that each test changes in one place. */
import { makeBundle } from '../../src/bundle/bundle.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { capacity } from '../../src/machines/capacity.ts';
import { allMachines, type Kind, usedMachines } from '../../src/machines/table.ts';
import type { Service } from '../../src/parity/rows/accepted-differences.ts';
import { reasonsOf } from '../../src/parity/rows/service-reasons.ts';
import { capacityOf } from '../../src/parity/sides/desired.ts';
import { type Parameters, readMemcached, readMyCnf } from '../../src/parity/sides/files.ts';
import { parameterFiles } from '../../src/parity/sides/replica.ts';
import type { AwsSide, Capacity, Found, Sides } from '../../src/parity/sides/sides.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings } from '../../src/settings/schema.ts';

const settings = completeSettings({
  site: { name: 'shop' },
  cdn: { enabled: true },
  files: { corsOrigins: ['https://app.example.org'] },
});

const kinds = usedMachines(settings).map(({ kind }) => kind);
const digestOf = (kind: Kind) => `${kind}-digest`.padEnd(64, '0');
const release = 'a41f00c'.padEnd(64, '0');

const myCnf = readMyCnf(
  '[mysqld]\ndatadir = /var/lib/mysql/data\nmax-allowed-packet = 64M\nslow-query-log = ON\ninnodb-buffer-pool-size = 368M\n' +
    'max-connections = 50\ninnodb-flush-log-at-trx-commit = 2\n',
);
const memcachedConf = readMemcached('# arguments\n--port=11211\n--max-item-size=2m\n');

/** Of the real files. */
const bundle = makeBundle(settings, (await readSources(packageRoot)).docker);
const filesOf = (kind: 'cdn' | 's3') => {
  const files = parameterFiles[kind];
  const tree = bundle.machines.get(kind)?.tree;
  return (
    files?.read(
      files.paths.map((path) => tree?.get(path)?.bytes.toString() ?? ''),
      settings,
    ) ?? new Map()
  );
};
const parameters: Partial<Record<Service, Parameters>> = {
  ...{ mysql: myCnf, memcached: memcachedConf, cdn: filesOf('cdn'), s3: filesOf('s3') },
};
/** What AWS has where it is as it should be: the files' values, and those that are there alone. */
const onAws = (service: 'cdn' | 's3'): Parameters => {
  const file = parameters[service] ?? new Map();
  const { groupOnly, otherValue } = reasonsOf(service, file, settings);
  return new Map([
    ...file,
    ...Object.entries(groupOnly).map(([key, { value }]): [string, string] => [key, value]),
    ...Object.entries(otherValue).map(([key, { aws }]): [string, string] => [key, aws]),
  ]);
};

const here = { memory: 768, cpus: 2 };
const there = { memory: 8192, cpus: 2 };
const valuesOf = (size: typeof here): ReadonlyMap<Kind, Capacity> =>
  new Map(
    usedMachines(settings).map(({ kind, target }) => {
      const all: Partial<Record<string, string>> = capacity(size, { php: settings.php, connections: 50 });
      return [kind, capacityOf(Object.fromEntries(target.map((name) => [name, all[name] ?? ''])))];
    }),
  );
const packages = new Map([
  ['nginx', '1.26.3-3'],
  ['openssl', '3.5.1-1'],
  ['mysql-server-core', '9.7.0-2'],
]);

export const found = (kind: Kind, side: 'here' | 'there', change: Partial<Found> = {}): Found => ({
  ...{ kind, digest: digestOf(kind), release, differs: [], architecture: 'amd64', packages },
  capacity: valuesOf(side === 'here' ? here : there).get(kind) ?? {},
  ...change,
});

const instances: Kind[] = ['web', 'web', 'admin', 'solr', 'gluster', 'gluster', 'arbiter'];

export const aws: AwsSide = {
  environment: 'production',
  nodes: instances.map((kind, index) => ({ instance: `i-0${index}`, kind, age: 60, found: found(kind, 'there') })),
  groups: {
    mysql: new Map([
      ['max_allowed_packet', '67108864'],
      ['slow_query_log', '1'],
      ['innodb_buffer_pool_size', String(6144 * 2 ** 20)],
      ['max_connections', '50'],
      ['innodb_flush_log_at_trx_commit', '1'],
      ['log_output', 'FILE'],
      ['log_bin_trust_function_creators', '1'],
    ]),
    memcached: new Map([['max_item_size', '2097152']]),
    cdn: onAws('cdn'),
    s3: onAws('s3'),
  },
  unread: {},
  groupState: 'in-sync',
  databaseVersion: '9.7.1',
  sizes: new Map(kinds.filter((kind) => kind !== 'memcached').map((kind) => [kind, there])),
  capacity: valuesOf(there),
  installed: new Map([['web', new Set(['nginx'])]]),
  images: new Map(),
};

export const same: Sides & { aws: AwsSide } = {
  desired: {
    settings,
    root: '3f9c2e71'.padEnd(64, '0'),
    digests: new Map(kinds.map((kind) => [kind, digestOf(kind)])),
    release,
    parameters,
    sizes: new Map(kinds.map((kind) => [kind, here])),
    capacity: valuesOf(here),
  },
  replica: allMachines(settings).map(({ name, machine: { kind } }) => {
    const live = parameters[kind as Service];
    return { name, kind, found: found(kind, 'here'), ...(live ? { parameters: live } : {}) };
  }),
  aws,
};
