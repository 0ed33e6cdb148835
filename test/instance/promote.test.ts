/**
 * The whole way by the built program: a replica, `promote` to the emulator, instances from what the stacks' launch templates say, and
 * `parity` over both sides. The emulator makes stacks, buckets and parameter groups; what runs are clean Debian 13 machines.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest';
import type { Parity } from '../../src/events.ts';
import { credentials } from '../emulator/stacks.ts';
import { isLong } from '../long.ts';
import { copyOfPackage, docker, eventually, newReplica, type Replica } from '../scenarios/replica.ts';
import { describeBetween } from './between.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import { type Database, newAuthority, startDatabase } from './database.ts';
import { type Cloud, fuse, type Instance, instanceOf, newCloud } from './instances.ts';
import { type Instances, newInstances } from './launch.ts';
import type {} from './possible.ts';
import { type MachineName, stacksMade } from './templates.ts';

const settings = `
site: { name: store }
aws: { region: eu-west-1 }
`;
const master = { username: 'master', password: 'the "master"' };
let cloud: Cloud;
let replica: Replica;
let instances: Instances;
let bucket: Bucket;
let database: Database;
/** In the order in which their stacks start them. */
const names: MachineName[] = ['solr', 'gluster-1', 'gluster-2', 'arbiter', 'account', 'admin', 'web'];
const nodes = new Map<MachineName, Instance>();

const impossible = inject('impossible');
beforeEach((context) => context.skip(impossible !== '', impossible));

beforeAll(async () => {
  if (impossible) return;
  const endpoint = inject('emulator');
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  const { certificates, authorities } = newAuthority();
  const { dir, program } = await copyOfPackage();
  await otherAuthorities(join(dir, 'dist'), authorities);
  replica = await newReplica(settings, { program });
  await replica.ensure('up');

  const { stdout, stderr, seconds } = await replica.ensure('promote', '--yes', '--detach');
  console.log(`promote, from nothing, ${seconds.toFixed(1)} s:\n${stdout}\n${stderr}`);

  const made = await stacksMade(endpoint, 'store-production', 'eu-west-1');
  const { ArtifactBucket = '', CacheEndpoint = '', DatabaseHost = '' } = made.outputs;
  cloud = await newCloud(CacheEndpoint.replace(/:\d+$/, ''));
  database = await startDatabase(cloud, DatabaseHost, master, certificates(DatabaseHost));
  await cloud.secrets({
    [made.outputs.DatabaseMasterSecretArn ?? '']: master,
    [made.outputs.DatabaseSecretArn ?? '']: { 'db-password': 'some password' },
    [made.outputs.SaltSecretArn ?? '']: { 'hash-salt': 'salt' },
    [made.outputs.PurgeSecretArn ?? '']: { 'purge-token': 'token' },
    [made.outputs.MailSecretArn ?? '']: { 'mail-access-key': 'AKIAMAIL', 'mail-secret-key': 'some+secret+key' },
  });
  bucket = bucketOf(endpoint, ArtifactBucket);
  await cloud.upload(await bucket.read(await bucket.keys(/^(?:boot|bundles|packages|releases)\//)));
  instances = newInstances(cloud, made.userData);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud?.remove();
  await instances?.remove();
  await replica?.remove();
});

/** The authorities of RDS in a built package become the test's, since no other can sign for its database. */
async function otherAuthorities(dist: string, pem: string): Promise<void> {
  const certificates = /-----BEGIN CERTIFICATE-----[^"'`]*?-----END CERTIFICATE-----/g;
  for (const name of await readdir(dist)) {
    const text = await readFile(join(dist, name), 'utf8').catch(() => '');
    if (!certificates.test(text)) continue;
    await writeFile(join(dist, name), text.replaceAll(certificates, pem.trim().replaceAll('\n', '\\n')));
  }
}

/** Where a node's report lies. */
async function reportOf(name: MachineName): Promise<string> {
  const instance = nodes.get(name) as Instance;
  return `reports/${name.replace(/-\d$/, '')}/${await instanceOf(instance)}.json`;
}
/** What the nodes say now, where parity reads it. */
async function carryReports(): Promise<void> {
  for (const name of nodes.keys()) {
    const key = await reportOf(name);
    await bucket.put(key, await cloud.object(key));
  }
}
async function parity(): Promise<{ code: number | undefined; seen: Parity; text: string }> {
  const { stdout, code } = await replica.bootdev('parity', '--json');
  const event = stdout.split('\n').flatMap((line) => (line.includes('"type":"parity"') ? [JSON.parse(line)] : []))[0];
  return { code, seen: event?.parity as Parity, text: (await replica.bootdev('parity')).stdout };
}
const wrong = ({ rows }: Parity) => rows.filter(({ state }) => state === 'differs');

const mountsFiles = (name: MachineName) => name === 'admin' || name === 'web';

test('instances of what the stacks say are the machines of the replica', async () => {
  for (const name of names) {
    const { instance, code, log, seconds } = await instances.launch(name, name, mountsFiles(name) ? fuse : []);
    expect(code, log).toBe(0);
    console.log(`${name}: ${seconds.toFixed(1)} s`);
    if (name !== 'account') nodes.set(name, instance); // which has done its work, and reports nothing
  }
  await carryReports();
  const { code, seen, text } = await parity();
  console.log(text);
  expect(wrong(seen)).toEqual([]);
  expect(code).toBe(0);
  const rows = seen.rows
    .filter(({ part }) => part === 'configuration')
    .map(({ name }) => name.replace(/ · i-\w+$/, ' · instance'));
  expect(rows).toEqual(
    expect.arrayContaining(['gluster-1', 'gluster-2', 'arbiter'].map((name) => `${name} · instance`)),
  );
});

test('the shared files are the same on admin and web, and lie on both nodes', async () => {
  await nodes.get('admin')?.exec('sh', '-c', 'echo shared >/srv/files/public/whole-way');
  expect(await nodes.get('web')?.exec('cat', '/srv/files/public/whole-way')).toBe('shared');
  for (const name of ['gluster-1', 'gluster-2'] as const) {
    const found = await nodes.get(name)?.exec('find', '/var/lib/bricks', '-name', 'whole-way', '-size', '+0');
    expect(found).toContain('whole-way');
  }
});

/** Where a byte is changed, and parity's row that says so. */
const changes: { name: MachineName; file: string; line: number; row: object }[] = [
  {
    name: 'web',
    file: '/etc/bootdev/current/etc/nginx/static.conf',
    line: 2,
    row: { part: 'configuration', text: expect.stringContaining(' etc/nginx/static.conf:2: ') },
  },
  {
    name: 'gluster-2',
    file: '/etc/bootdev/current/etc/glusterfs/glusterd.vol',
    line: 3,
    row: { part: 'configuration', text: expect.stringContaining(' etc/glusterfs/glusterd.vol:3: ') },
  },
  {
    name: 'admin',
    file: '/srv/code/current/lib/site.php',
    line: 2,
    row: { part: 'release', name: 'admin', text: 'AWS serves other code: bootdev promote' },
  },
];

test('one byte changed on a web machine, on a node of the shared files, in the code: each its own row, until it is repaired', async () => {
  const report = async (name: MachineName) => {
    const { digest, release } = JSON.parse(await cloud.object(await reportOf(name)));
    return `${digest} ${release}`;
  };
  const before = await Promise.all(changes.map(({ name }) => report(name)));
  const repairing = changes.map(async ({ name, file, line }) => {
    const node = nodes.get(name) as Instance;
    await node.exec('sed', '-i', `${line}s/$/ /`, file);
    // What a node reports it repairs at once: here `machine apply` waits for its lock, so that there is something to see.
    const held = node.run('flock', '/etc/bootdev/lock', 'sh', '-c', 'until [ -e /run/seen ]; do sleep 0.2; done');
    await Promise.all([held, node.run('systemctl', 'start', '--wait', 'bootdev-report')]);
  });
  for (const [index, { name }] of changes.entries()) {
    await eventually(
      25_000,
      () => report(name),
      (now) => now !== before[index],
    );
  }
  await carryReports();
  const onNodes = await parity();
  console.log(onNodes.text);
  expect(wrong(onNodes.seen)).toMatchObject(changes.map(({ row }) => row));
  expect(onNodes.code).not.toBe(0);

  for (const { name } of changes) await nodes.get(name)?.exec('touch', '/run/seen');
  await Promise.all(repairing);
  await carryReports();
  expect((await parity()).code).toBe(0);
});

test('one byte changed in the replica: its own row, with file and line', async () => {
  const web2 = await replica.container('web-2');
  await docker('exec', web2, 'sed', '-i', '3s/$/ /', '/etc/bootdev/current/etc/nginx/nginx.conf');
  const here = await parity();
  expect(here.code).not.toBe(0);
  expect(wrong(here.seen)).toMatchObject([
    { part: 'configuration', text: expect.stringContaining('etc/nginx/nginx.conf:3') },
  ]);
  console.log(here.text);
  await replica.ensure('up');
});

test('only the cache TTL changed: the plan touches the web group, and no other machine', async () => {
  await replica.settings(`${settings}cache: { ttl: 30 }\n`);
  await replica.ensure('up');
  // A busy machine may be slow to answer in between, and what is not healthy is not planned.
  await eventually(60_000, replica.status, (it) => it.machines.every(({ state }) => state === 'healthy'));
  const { stdout, stderr, seconds, code } = await replica.bootdev('promote', '--plan');
  expect(code, stderr).toBe(3);
  console.log(`plan, ${seconds.toFixed(1)} s:\n${stdout}`);
  expect(stdout).toMatch(/^60 web +WebBundle \w{8} → \w{8}\n +~ WebTemplate +launch template\nothers /m);
  expect(stdout).toContain('no change (bootstrap, network, data, search, files, mail, edge, watch)');
});

if (isLong)
  describeBetween('store-production', () => ({
    ...{ cloud, bucket, database, replica, impossible },
    admin: nodes.get('admin') as Instance,
  }));
