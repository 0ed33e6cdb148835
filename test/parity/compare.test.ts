import { expect, test } from 'vitest';
import type { ParityRow } from '../../src/events.ts';
import { compare } from '../../src/parity/compare.ts';
import type { AwsSide, Found, Node, ReplicaMachine, Sides } from '../../src/parity/sides/sides.ts';
import { aws, found, same } from './sides.ts';

/** The rows that differ and must not. */
const wrong = (sides: Sides) =>
  compare(sides)
    .rows.filter(({ state }) => state === 'differs')
    .map(({ part, name, text }) => `${part} ${name}: ${text}`);

const onAws = (change: Partial<AwsSide>): Sides => ({ ...same, aws: { ...aws, ...change } });
const node = (instance: string, change: (node: Node) => Partial<Node>): Sides =>
  onAws({ nodes: aws.nodes.map((each) => (each.instance === instance ? { ...each, ...change(each) } : each)) });
const machine = (name: string, change: (machine: ReplicaMachine) => Partial<ReplicaMachine>): Sides => ({
  ...same,
  replica: same.replica.map((each) => (each.name === name ? { ...each, ...change(each) } : each)),
});
const changed = (each: { found?: Found | undefined }, change: Partial<Found>) => ({
  found: { ...(each.found as Found), ...change },
});
const group = (engine: 'mysql' | 'memcached', change: [string, string | undefined]): Sides => {
  const values = new Map(aws.groups[engine]);
  if (change[1] === undefined) values.delete(change[0]);
  else values.set(change[0], change[1]);
  return onAws({ groups: { ...aws.groups, [engine]: values } });
};
const rowsOf = (sides: Sides, part: ParityRow['part'], name = '') =>
  compare(sides).rows.filter((row) => row.part === part && row.name.startsWith(name));

test('a promoted shop without differences', () => {
  expect(wrong(same)).toEqual([]);
  expect(compare(same)).toMatchObject({ same: true, project: 'shop', environment: 'production' });
});

test('machine by machine: the replica machine and the node beside it', () => {
  expect(rowsOf(same, 'configuration', 'web').map(({ name, state }) => [name, state])).toEqual([
    ['web-1 · i-00', 'same'],
    ['web-2 · i-01', 'same'],
  ]);
  expect(rowsOf(same, 'configuration', 'lb')).toMatchObject([
    { aws: 'Application Load Balancer: see accepted differences' },
  ]);
});

test('without AWS only the replica is compared, and no difference is accepted', () => {
  const { aws: _, ...alone } = same;
  expect(compare(alone)).toMatchObject({ same: true, environment: '' });
  expect(compare(alone).rows.filter(({ part, aws }) => part === 'accepted' || aws !== '')).toEqual([]);
});

const differs = [{ path: 'etc/nginx/site.conf', line: 12, text: 'gzip off;' }];
const otherDigest = '77aa01d2'.padEnd(64, '0');

test('one byte changed in the replica: that row, file and line', () => {
  expect(wrong(machine('web-2', (each) => changed(each, { differs, digest: otherDigest })))).toEqual([
    'configuration web-2 · i-01: web-2 etc/nginx/site.conf:12: gzip off;\nweb-2 was changed by hand: bootdev up',
  ]);
});

test('one byte changed on a node', () => {
  expect(wrong(node('i-03', (each) => changed(each, { differs, digest: otherDigest })))).toEqual([
    'configuration solr · i-03: i-03 etc/nginx/site.conf:12: gzip off;\n' +
      'i-03 was changed by hand: it repairs itself within minutes; where it does not, end it',
  ]);
});

test('a deleted file has no line', () => {
  const deleted = [{ path: 'etc/x.conf', line: 0, text: 'missing' }];
  expect(wrong(node('i-02', (each) => changed(each, { differs: deleted, digest: otherDigest })))).toEqual([
    'configuration admin · i-02: i-02 etc/x.conf: missing\n' +
      'i-02 was changed by hand: it repairs itself within minutes; where it does not, end it',
  ]);
});

test('another bundle, on either side', () => {
  expect(wrong(machine('lb', (each) => changed(each, { digest: otherDigest })))).toEqual([
    'configuration lb: lb has another bundle: bootdev up',
  ]);
  expect(wrong(node('i-06', (each) => changed(each, { digest: otherDigest })))).toEqual([
    'configuration arbiter · i-06: i-06 has another bundle: bootdev promote',
  ]);
});

test('a machine that does not answer, a node that stopped reporting, one that never reported, no node at all', () => {
  expect(wrong(machine('mysql', () => ({ found: undefined, parameters: undefined })))[0]).toBe(
    'configuration mysql: mysql is not running or does not answer: bootdev up',
  );
  expect(wrong(node('i-01', () => ({ age: 43 * 60 })))).toEqual([
    'configuration web-2 · i-01: i-01 last reported 43 min 00 s ago: its state now is unknown: bootdev logs --on aws',
  ]);
  expect(wrong(node('i-01', () => ({ age: undefined, found: undefined })))).toEqual([
    'configuration web-2 · i-01: i-01 is running but has not reported yet: bootdev logs --on aws',
  ]);
  expect(wrong(onAws({ nodes: aws.nodes.filter(({ kind }) => kind !== 'web') }))).toEqual([
    'configuration web-1: 0 of 1 web nodes report: bootdev logs --on aws',
    'release web: no web node reports: bootdev logs --on aws',
  ]);
});

test('more nodes than replica machines, or fewer: each is compared', () => {
  const third: Node = { instance: 'i-07', kind: 'web', age: 1, found: found('web', 'there', { digest: otherDigest }) };
  expect(wrong(onAws({ nodes: [...aws.nodes, third] }))).toEqual([
    'configuration i-07: i-07 has another bundle: bootdev promote',
  ]);
  expect(wrong(onAws({ nodes: aws.nodes.filter(({ instance }) => instance !== 'i-01') }))).toEqual([]);
  // The disks of a file machine that is gone have no second copy.
  expect(wrong(onAws({ nodes: aws.nodes.filter(({ instance }) => instance !== 'i-05') }))).toEqual([
    'configuration gluster-2: 1 of 2 gluster nodes report: bootdev logs --on aws',
  ]);
});

test('other code on one side', () => {
  expect(wrong(node('i-00', (each) => changed(each, { release: otherDigest })))).toEqual([
    'release web: AWS serves other code: bootdev promote',
  ]);
  expect(wrong(machine('admin', (each) => changed(each, { release: '' })))).toEqual([
    'release admin: the replica serves other code: bootdev up',
  ]);
  expect(wrong(machine('web-1', (each) => changed(each, { release: 'live' })))).toEqual([
    'release web: live folder, not a release: not promotable',
  ]);
});

const fix = 'bootdev promote; if it was changed there by hand, set it back';

test('parameters: another value, a key too many, a key too few, on the right row', () => {
  expect(wrong(group('mysql', ['max_allowed_packet', '16777216']))).toEqual([
    `parameters mysql max_allowed_packet: the parameter group has another value: ${fix}`,
  ]);
  expect(wrong(group('mysql', ['sql_mode', 'ANSI']))).toEqual([
    `parameters mysql sql_mode: the parameter group has it, and the settings do not ask for it: ${fix}`,
  ]);
  expect(wrong(group('mysql', ['slow_query_log', undefined]))).toEqual([
    `parameters mysql slow_query_log: the parameter group does not have it: ${fix}`,
  ]);
  expect(wrong(group('memcached', ['max_item_size', '1048576']))).toEqual([
    `parameters memcached max_item_size: the parameter group has another value: ${fix}`,
  ]);
});

test('parameters: a reason is accepted for its own values only', () => {
  const name = 'mysql innodb_flush_log_at_trx_commit';
  expect(rowsOf(same, 'parameters', name)).toMatchObject([{ state: 'accepted', replica: '2', aws: '1' }]);
  expect(wrong(group('mysql', ['innodb_flush_log_at_trx_commit', '0']))[0]).toContain(`${name}: expected 2 here and 1`);
});

test('parameters: no group at all, a group that is not used yet, a live file with another value', () => {
  const { mysql: _, ...noMysql } = aws.groups;
  expect(wrong(onAws({ groups: noMysql }))).toEqual([
    'parameters mysql all: the parameter group is not there: bootdev promote',
  ]);
  expect(wrong(onAws({ groups: noMysql, unread: { mysql: 'AWS denied it' } }))).toEqual([
    'parameters mysql all: the parameter group could not be read: AWS denied it',
  ]);
  expect(wrong(onAws({ groupState: 'pending-reboot' }))).toEqual([
    'parameters mysql parameter group: the database does not use its parameter group yet: reboot it',
  ]);
  const parameters = new Map([...(same.desired.parameters.memcached ?? []), ['max_item_size', '4m']]);
  expect(wrong(machine('memcached-1', () => ({ parameters })))).toEqual([
    'parameters memcached max_item_size: what the replica has is not what the settings ask for: bootdev up',
  ]);
});

test('capacity: depends on the size, by one formula', () => {
  expect(rowsOf(same, 'capacity', 'web FPM')).toEqual([
    {
      ...{ part: 'capacity', name: 'web FPM_CHILDREN', settings: '', replica: '9', aws: '32', state: 'size' },
      text: '768 MB, 2 CPUs | 8192 MB, 2 CPUs',
    },
  ]);
  expect(rowsOf(same, 'capacity', 'mysql DB_BUFFER')).toMatchObject([{ replica: '368', aws: '6144', state: 'size' }]);
  expect(rowsOf(same, 'capacity', 'mysql DB_MAX')).toMatchObject([{ replica: '50', aws: '50', state: 'same' }]);
});

test("capacity: a value that is not the formula's", () => {
  expect(
    wrong(node('i-00', (each) => changed(each, { capacity: { ...each.found?.capacity, FPM_CHILDREN: '8' } }))),
  ).toEqual([
    'capacity web FPM_CHILDREN: not the value of the formula. AWS: 8, not 32: bootdev promote (768 MB, 2 CPUs | 8192 MB, 2 CPUs)',
  ]);
  expect(wrong(node('i-00', (each) => changed(each, { capacity: {} })))[0]).toContain('AWS: -, not');
  expect(wrong(machine('solr', (each) => changed(each, { capacity: { SOLR_HEAP_MB: '1' } })))[0]).toContain(
    'replica: 1, not',
  );
  expect(wrong(group('mysql', ['innodb_buffer_pool_size', '134217728']))[0]).toContain('AWS: 128, not 6144');
  expect(wrong(group('mysql', ['innodb_buffer_pool_size', '{DBInstanceClassMemory*3/4}']))[0]).toContain('not 6144');
});

test('packages: those of the role must be the same, the base system may differ', () => {
  const packages = (change: [string, string][]) =>
    node('i-00', (each) => changed(each, { packages: new Map([...(each.found?.packages ?? []), ...change]) }));
  expect(wrong(packages([['nginx', '1.27.0-1']]))).toEqual([
    'packages web nginx: another version is installed: bootdev up, then bootdev promote',
  ]);
  expect(wrong(packages([['openssl', '3.5.4-1']]))).toEqual([]);
  expect(rowsOf(packages([['openssl', '3.5.4-1']]), 'packages', 'web openssl')).toMatchObject([
    { state: 'accepted', replica: '3.5.1-1', aws: '3.5.1-1 3.5.4-1' },
  ]);
  expect(rowsOf(packages([['cloud-init', '25.1']]), 'packages', 'web cloud')).toEqual([]);
});

test('packages: without the list of the uploaded packages, every shared package counts', () => {
  const sides = node('i-02', (each) => changed(each, { packages: new Map([['openssl', '3.5.4-1']]) }));
  expect(wrong(sides)).toEqual([
    'packages admin openssl: another version is installed: bootdev up, then bootdev promote',
  ]);
});

test('the database has the same series on both sides', () => {
  expect(wrong(onAws({ databaseVersion: '9.7.3' }))).toEqual([]);
  expect(wrong(onAws({ databaseVersion: '9.70.1' }))).toEqual([
    'packages mysql series: another series: its files, defaults and SQL are different; bootdev promote --plan says what promote does',
  ]);
});

test('another architecture has other binaries', () => {
  expect(wrong(node('i-03', (each) => changed(each, { architecture: 'arm64' })))).toEqual([
    'packages solr architecture: other binaries: promote from a computer with that architecture',
  ]);
});

test('accepted differences are those of these settings, each with a reason', () => {
  const { settings } = same.desired;
  const names = (change: object) =>
    rowsOf({ ...same, desired: { ...same.desired, settings: { ...settings, ...change } } }, 'accepted').map(
      ({ name }) => name,
    );
  expect(names({})).toContain('retry of a failed GET');
  expect(names({ balancer: { ...settings.balancer, retries: 0 } })).not.toContain('retry of a failed GET');
  expect(rowsOf(same, 'accepted').every(({ text, replica, aws }) => text && replica && aws)).toBe(true);
});
