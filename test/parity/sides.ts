/** A promoted shop without differences: the scenario that each test changes in one place. */
import { capacity } from '../../src/machines/capacity.ts';
import { allMachines, type Kind, usedMachines } from '../../src/machines/table.ts';
import { capacityOf } from '../../src/parity/sides/desired.ts';
import { readMemcached, readMyCnf } from '../../src/parity/sides/files.ts';
import type { AwsSide, Capacity, Found, Sides } from '../../src/parity/sides/sides.ts';
import { completeSettings } from '../../src/settings/schema.ts';

const settings = completeSettings({ site: { name: 'shop' } });

const kinds = usedMachines(settings).map(({ kind }) => kind);
const digestOf = (kind: Kind) => `${kind}-digest`.padEnd(64, '0');
const release = 'a41f00c'.padEnd(64, '0');

const myCnf = readMyCnf(
  '[mysqld]\ndatadir = /var/lib/mysql/data\nmax-allowed-packet = 64M\nslow-query-log = ON\ninnodb-buffer-pool-size = 368M\n' +
    'max-connections = 50\ninnodb-flush-log-at-trx-commit = 2\n',
);
const memcachedConf = readMemcached('# arguments\n--port=11211\n--max-item-size=2m\n');

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
    ]),
    memcached: new Map([['max_item_size', '2097152']]),
  },
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
    parameters: { mysql: myCnf, memcached: memcachedConf },
    sizes: new Map(kinds.map((kind) => [kind, here])),
    capacity: valuesOf(here),
  },
  replica: allMachines(settings).map(({ name, machine: { kind } }) => ({
    ...{ name, kind, found: found(kind, 'here') },
    ...(kind === 'mysql' ? { parameters: myCnf } : {}),
    ...(kind === 'memcached' ? { parameters: memcachedConf } : {}),
  })),
  aws,
};
