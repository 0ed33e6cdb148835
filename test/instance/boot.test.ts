/** An instance becomes the machine that the replica's container is: from UserData alone, without a mirror, checked against the digest. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { sha256 } from '../../src/bundle/digest.ts';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { readHead } from '../../src/io/files.ts';
import { readFolder } from '../../src/io/folder.ts';
import { readApplications } from '../../src/project/applications.ts';
import { findApplication } from '../../src/project/detection/detection.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { withChangedDigest } from '../docker/changed-digest.ts';
import type {} from '../emulator/localstack/start.ts';
import { isLong } from '../long.ts';
import { docker, eventually } from '../scenarios/replica.ts';
import { describeBackups, updateLine } from './backups.ts';
import { type Database, newAuthority, startDatabase } from './database.ts';
import { type Cloud, fuse, type Instance, instanceOf, newCloud } from './instances.ts';
import { type Instances, newInstances } from './launch.ts';
import type {} from './possible.ts';
import { newSite, type Site, siteFiles } from './site.ts';
import { deployTemplates, type MachineName, type Templates } from './templates.ts';

const siteSecret = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:keys-of-shop-AbCdEf';
/** By what the key of a secret's ARN is called among the outputs. */
const secrets = {
  [siteSecret]: { 'map-key': 'AKeyOfTheTests', 'db-password': "the user's" },
  DatabaseSecretArn: { 'db-password': "o'neill \\ 7" },
  SaltSecretArn: { 'hash-salt': 'salt' },
  PurgeSecretArn: { 'purge-token': 'token' },
  MailSecretArn: { 'mail-access-key': 'AKIAMAIL', 'mail-secret-key': 'some+secret+key' },
  DatabaseMasterSecretArn: { username: 'master', password: 'the "master"' },
};

interface NodeReport {
  digest: string;
  target: string;
  desired: string;
  release: string;
  healthy: boolean;
  packages: Record<string, string>;
  capacity: Record<string, string>;
  packagesDigest: string;
  bootDigest: string;
  differs: { path: string; line: number; text: string }[];
  now: string;
  free: { disk: number; at: string; memory: number };
  repaired: null | { code: string; differs: { path: string; line: number; text: string }[] };
  programs: { name: string; up: boolean }[];
}

const sources = await readFolder('docker');
const known = readApplications(sources);
/** Minutes, and in part what instances with other faults show. */
const inLong = isLong ? test : () => undefined;
/** All but the sample, which the whole file is about. */
const others = [...known].flatMap(([name, { code }]) => (code ? [] : [name]));

let cloud: Cloud;
let site: Site;
let database: Database;
let templates: Templates;
let instances: Instances;

const impossible = inject('impossible');
beforeEach((context) => context.skip(impossible !== '', impossible));

beforeAll(async () => {
  if (impossible) return;
  const { certificates, authorities } = newAuthority();
  site = await newSite({ site: { name: 'shop' }, code: { update: [updateLine] } }, { authorities });
  templates = await deployTemplates(inject('emulator'), {
    ...site.parameters,
    ...{ WebCapacity: 'APCU_MB=32 FPM_CHILDREN=6 OPCACHE_MB=128', AdminCapacity: 'APCU_MB=32 OPCACHE_MB=128' },
    SearchCapacity: 'SOLR_HEAP_MB=256',
    SiteSecretArn: siteSecret,
  });
  const { DatabaseHost = '', CacheEndpoint = '' } = templates.outputs;
  expect(CacheEndpoint).toMatch(/:11211$/);
  cloud = await newCloud(CacheEndpoint.replace(/:\d+$/, ''));
  database = await startDatabase(cloud, DatabaseHost, secrets.DatabaseMasterSecretArn, certificates(DatabaseHost));
  await tell(secrets);
  await cloud.upload(site.objects);
  instances = newInstances(cloud, templates.userData);
});
afterAll(async () => {
  await cloud?.remove();
  await instances?.remove();
});

/** What Secrets Manager answers, under the names that the stacks gave. */
const tell = (values: typeof secrets) =>
  cloud.secrets(
    Object.fromEntries(Object.entries(values).map(([output, value]) => [templates.outputs[output] ?? output, value])),
  );

const launch = (name: MachineName, alias?: string, options?: string[]) => instances.launch(name, alias, options);
const reportOf = async (kind: string, instance: Instance) =>
  JSON.parse(await cloud.object(`reports/${kind}/${await instanceOf(instance)}.json`)) as NodeReport;
/** Value by name. */
function metricsOf(asked: object = {}) {
  const values = new Map(Object.entries(asked));
  const names = [...values].filter(([key]) => key.endsWith('.MetricName'));
  return Object.fromEntries(names.map(([key, name]) => [name, values.get(key.replace('MetricName', 'Value'))]));
}
const signalsOf = (instance: Instance) => instances.signals(instance);

test('curl signs as the example of AWS documentation', async () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, GET Object
  const instance = await cloud.launch('signer');
  await cloud.withoutToken(true);
  await instance.write({
    'etc/bootdev/instance.env': 'BOOTDEV_REGION=us-east-1\n',
    'root/boot': site.objects[`boot/${site.bootDigest}`] ?? '',
  });
  const nothing = sha256('');
  const asked = [
    '-H',
    'x-amz-date: 20130524T000000Z',
    '-H',
    'range: bytes=0-9',
    '-H',
    `x-amz-content-sha256: ${nothing}`,
  ];
  await instance.run(
    ...[
      'env',
      'AWS_EC2_METADATA_SERVICE_ENDPOINT=http://aws',
      'AWS_ENDPOINT_URL=http://examplebucket.s3.amazonaws.com',
    ],
    ...['bash', '/root/boot', 'aws', 's3', '/test.txt', ...asked, '--retry', '0', '--connect-to', '::aws:80'],
  );
  await cloud.withoutToken(false);
  const heard = (await cloud.heard()).find(({ path }) => path === '/test.txt');
  expect(heard?.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

describe('solr, whose index lies on a volume that outlives it', () => {
  test('becomes the machine', async () => {
    const { instance, code, log, seconds } = await launch('solr');
    expect({ code, log }).toMatchObject({ code: 0 });
    console.log(`solr: healthy after ${seconds.toFixed(1)} s`);
    const report = await reportOf('solr', instance);
    const digest = site.digest('solr');
    expect(report).toMatchObject({ digest, desired: digest, healthy: true, differs: [], repaired: null });
    expect(report.capacity).toEqual({ SOLR_HEAP_MB: '256' });
    expect(report.programs).toEqual(['solr', 'suggestions'].map((name) => ({ name, up: true })));
    expect(await signalsOf(instance)).toEqual(['SearchGroup SUCCESS']);
    const claimed = (await cloud.heard()).flatMap(({ records }) => records ?? []);
    expect(claimed.some((text) => text.includes('UPSERT') && text.includes('<Name>solr.boot-test.internal<'))).toBe(
      true,
    );
    expect(log).toContain(' is blank: making a file system');
    const id = await instanceOf(instance);
    // Its group takes it before CloudFormation goes on; and it says that it is well.
    const said = (await cloud.heard()).filter(({ InstanceId, UniqueId }) => InstanceId === id || UniqueId === id);
    const [joined] = said.filter(({ Action }) => Action === 'CompleteLifecycleAction');
    const order = ['AttachVolume', 'CompleteLifecycleAction', 'SignalResource']; // the first until the disk is there
    expect([...new Set(said.map(({ Action }) => Action))]).toEqual(order);
    expect(joined).toMatchObject({
      ...{ LifecycleHookName: 'boot', LifecycleActionResult: 'CONTINUE' },
      AutoScalingGroupName: 'boot-test-search-SearchGroup-1ABCDEF2GHIJ',
    });
    const beat = (await cloud.heard()).find(({ Action }) => Action === 'PutMetricData');
    expect(beat).toMatchObject({
      ...{ Namespace: 'bootdev', 'MetricData.member.1.MetricName': 'Healthy', 'MetricData.member.1.Value': '1' },
      'MetricData.member.1.Dimensions.member.1.Value': 'boot-test/solr',
    });
    const { free } = await reportOf('solr', instance);
    expect(metricsOf(beat)).toEqual({ Healthy: '1', DiskFree: String(free.disk), MemoryFree: String(free.memory) });
    expect(free.disk).toBeLessThan(100);
    await instance.exec('sh', '-c', 'echo kept >/var/solr/mark');
    await docker('rm', '-f', '-v', instance.id);
  });

  test('the next instance takes the volume over as it is', async () => {
    const { instance, code, log } = await launch('solr');
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(log).not.toContain('is blank');
    expect(await instance.exec('cat', '/var/solr/mark')).toBe('kept');
    await docker('rm', '-f', '-v', instance.id);
  });
});

describe('the shared files and who uses them', () => {
  const gluster: Instance[] = [];
  let web: Instance;
  let admin: Instance;

  test.each([
    ['gluster-1', 'Files1Group'],
    ['gluster-2', 'Files2Group'],
    ['arbiter', 'ArbiterGroup'],
  ] as const)('%s, created after the one before it has signalled', async (name, group) => {
    const kind = name === 'arbiter' ? 'arbiter' : 'gluster';
    const { instance, code, log, seconds } = await launch(name);
    gluster.push(instance);
    expect({ code, log }).toMatchObject({ code: 0 });
    console.log(`${name}: ${seconds.toFixed(1)} s`);
    const report = await reportOf(kind, instance);
    expect(report).toMatchObject({ digest: site.digest(kind), healthy: name === 'arbiter', differs: [] });
    expect(await signalsOf(instance)).toEqual([`${group} SUCCESS`]);
  });

  test('all three hold the volume', async () => {
    for (const instance of gluster)
      await eventually(
        20_000,
        () => instance.run('/etc/bootdev/current/bin/machine', 'health'),
        ({ exitCode }) => exitCode === 0,
      );
    // What glusterd started lives on when it is restarted.
    const brick = await gluster[0]?.exec('pidof', 'glusterfsd');
    await gluster[0]?.exec('systemctl', 'restart', 'bootdev@glusterd');
    expect(await gluster[0]?.exec('pidof', 'glusterfsd')).toBe(brick);
  });

  test("the first node made the keys to the files, once; each machine has its own kind's", async () => {
    const put = (await cloud.heard()).filter(({ putSecret }) => putSecret);
    const { FilesClientSecretArn = '' } = templates.outputs;
    expect(put.map(({ putSecret }) => putSecret === FilesClientSecretArn)).toEqual([true, false]); // that of the nodes says: both
    const subject = (instance?: Instance) =>
      instance?.exec('openssl', 'x509', '-noout', '-subject', '-in', '/run/secrets/files/cert.pem');
    for (const node of gluster) {
      expect(await subject(node)).toBe('subject=CN=files-node');
      expect(await node.exec('stat', '-c', '%a %U', '/run/secrets/files/key.pem')).toBe('400 root');
      expect((await node.run('ls', '/run/secrets/files-client')).exitCode).not.toBe(0);
      // In memory alone: no disk has a private key.
      expect(
        (await node.run('grep', '-rl', 'BEGIN PRIVATE KEY', '/etc/bootdev', '/etc/ssl', '/var', '/root')).stdout,
      ).toBe('');
    }
    expect(await gluster[1]?.exec('sha256sum', '/run/secrets/files/key.pem')).toBe(
      await gluster[0]?.exec('sha256sum', '/run/secrets/files/key.pem'),
    );
  });

  test('the account of the site, made by a machine without its code, which then takes itself away', async () => {
    const { instance, code, log } = await launch('account');
    expect({ code, log }).toMatchObject({ code: 0 });
    expect(await database.accounts()).toContain('site@%');
    expect(await signalsOf(instance)).toEqual(['AccountGroup SUCCESS']);
    const id = await instanceOf(instance);
    const ended = (await cloud.heard()).filter(({ Action }) => Action === 'TerminateInstanceInAutoScalingGroup');
    expect(ended.map(({ InstanceId }) => InstanceId)).toEqual([id]);
    for (const path of ['/run/secrets/master.json', '/srv/code/current', '/etc/bootdev/current'])
      expect((await instance.run('ls', path)).exitCode, path).not.toBe(0);
    await docker('rm', '-f', '-v', instance.id);
    // A second time there is nothing to do, and the master's password is not needed.
    await tell({ ...secrets, DatabaseMasterSecretArn: { username: 'master', password: 'another one by now' } });
    const again = await launch('account');
    expect(again.code, again.log).toBe(0);
    await docker('rm', '-f', '-v', again.instance.id);
    await tell(secrets);
  });

  test('admin, which never sees the master of the database', async () => {
    const { instance, code, log, seconds } = await launch('admin', 'admin', fuse);
    admin = instance;
    expect({ code, log }).toMatchObject({ code: 0 });
    console.log(`admin: healthy after ${seconds.toFixed(1)} s`);
    const report = await reportOf('admin', instance);
    expect(report).toMatchObject({ digest: site.digest('admin'), release: site.release.digest, healthy: true });
    expect(report.programs).toEqual(['cron', 'files', 'heartbeat', 'mail-queue'].map((name) => ({ name, up: true })));
    expect(await instance.exec('site', 'php', '-r', database.question)).toBe('site');
    const asked = (await cloud.heard()).slice(instance.since).flatMap(({ secret }) => secret ?? []);
    expect(asked).toContain(templates.outputs.DatabaseSecretArn);
    expect(asked).not.toContain(templates.outputs.DatabaseMasterSecretArn);
    expect((await instance.run('systemctl', 'start', 'bootdev-boot')).exitCode).toBe(0);
  });

  describeBackups(() => ({ cloud, database, admin, release: site.release.digest, impossible }));

  /** Seconds to the timer's next report; none: as the unit has it. */
  async function timer(seconds?: number): Promise<void> {
    const change = '/run/systemd/system/bootdev-report.timer.d';
    const lines = `[Timer]\nOnActiveSec=\nOnActiveSec=${seconds}s\nAccuracySec=1s\n`;
    await web.exec('rm', '-rf', change);
    if (seconds) await web.exec('sh', '-c', `mkdir -p ${change} && printf '${lines}' >${change}/soon.conf`);
    await web.exec('sh', '-c', 'systemctl daemon-reload && systemctl restart bootdev-report.timer');
  }

  test('web serves, and is the same', async () => {
    const { instance, code, log, seconds } = await launch('web', 'web', fuse);
    web = instance;
    expect({ code, log }).toMatchObject({ code: 0 });
    console.log(`web: healthy after ${seconds.toFixed(1)} s`);
    const report = await reportOf('web', web);
    expect(report).toMatchObject({
      ...{ digest: site.digest('web'), release: site.release.digest, healthy: true, differs: [] },
      ...{ packagesDigest: site.packages.get('web')?.digest, bootDigest: site.bootDigest },
      capacity: { APCU_MB: '32', FPM_CHILDREN: '6', OPCACHE_MB: '128' },
    });
    const target = await web.exec('cat', '/etc/bootdev/target.env');
    expect(report.target).toBe(sha256(`${target}\n`));
    expect(target).toContain('MEMCACHED=node-a.cache:11211,node-b.cache:11211\n');
    expect(report.programs).toEqual(
      ['files', 'heartbeat', 'mail-queue', 'nginx', 'php-fpm'].map((name) => ({ name, up: true })),
    );
    expect(await web.exec('curl', '-fsS', 'http://127.0.0.1/site.css')).toContain('{');
    // CloudFormation goes on when visitors come here: after the group, and two answers to the load balancer.
    const id = await instanceOf(web);
    const heard = (await cloud.heard()).slice(web.since);
    const told = heard.flatMap(({ Action, InstanceId, UniqueId, target, state }) => {
      if (target === id) return [`balancer ${state}`];
      return Action && (InstanceId === id || UniqueId === id) ? [Action] : [];
    });
    expect(told).toEqual(['CompleteLifecycleAction', 'balancer initial', 'balancer healthy', 'SignalResource']);
    const beat = heard.findLast(({ Action }) => Action === 'PutMetricData');
    expect(metricsOf(beat)).toMatchObject({
      Healthy: '1',
      PhpBusy: '0',
      PhpWaiting: '0',
      DiskFree: expect.stringMatching(/^\d+$/),
    });
    expect(report.now).toMatch(/PHP 0 of 6 busy$/);
    expect(await signalsOf(web)).toEqual(['WebGroup SUCCESS']);
  });

  test('its packages are those of the image', async () => {
    const { packages } = await reportOf('web', web);
    const manifest = site.packages.get('web')?.manifest ?? '';
    const carried = [...manifest.matchAll(/ debs\/([^_\s]+)_([^_\s]+)_/g)].map(([, name = '', version = '']) => [
      name,
      version.replace('%3a', ':'),
    ]);
    expect(carried.length).toBeGreaterThan(50);
    expect(
      Object.fromEntries(carried.filter(([name = '']) => packages[name]).map(([name = '']) => [name, packages[name]])),
    ).toEqual(Object.fromEntries(carried));
  });

  test('secrets are files in memory, for root and the site', async () => {
    const listed = await web.exec(
      'stat',
      '-c',
      '%n %a %U:%G',
      ...['db-password', 'hash-salt', 'mail-password', 'map-key', 'purge-token'].map(
        (name) => `/run/secrets/app/${name}`,
      ),
    );
    expect(listed.split('\n').map((line) => line.replace(/^.*\//, ''))).toEqual([
      'db-password 440 root:www-data',
      'hash-salt 440 root:www-data',
      'mail-password 440 root:www-data',
      'map-key 440 root:www-data',
      'purge-token 440 root:www-data',
    ]);
    expect(await web.exec('cat', '/run/secrets/app/db-password')).toBe(secrets.DatabaseSecretArn['db-password']);
    // SES's password of this key in this region, as terraform-provider-aws has it (TestSESSMTPPasswordFromSecretKeySigV4).
    expect(await web.exec('cat', '/run/secrets/app/map-key')).toBe('AKeyOfTheTests');
    expect(await web.exec('cat', '/run/secrets/app/mail-password')).toBe(
      'BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2',
    );
    const all = (await web.run('grep', '-rlF', '-e', 'some+secret+key', '-e', "o'neill", '/etc', '/var', '/root'))
      .stdout;
    expect(all).toBe('');
  });

  inLong('a node that missed files is replaced, then the next: none of them cannot be read meanwhile', async () => {
    const folder = '/srv/files/public/import';
    const imported = 400;
    const each = (command: string) =>
      `mkdir -p ${folder} && cd ${folder} && seq ${imported} | while read n; do ${command}; done`;
    const replace = async (name: 'gluster-1' | 'gluster-2', at: number, meanwhile = async () => {}) => {
      await docker('rm', '-f', '-v', (gluster[at] as Instance).id);
      await meanwhile();
      const { instance, code, log } = await launch(name);
      expect({ code, log }).toMatchObject({ code: 0 });
      gluster[at] = instance;
      expect((await signalsOf(instance)).map((said) => said.split(' ')[1])).toEqual(['SUCCESS']);
      return log;
    };
    // Small files, as an import brings them, while the first node is away.
    const log = await replace('gluster-1', 0, async () => {
      await web.exec('site', 'sh', '-c', each('echo "of $n" >$n'));
    });
    expect(log).toMatch(/ \d+ files to heal before another node may be replaced/);
    // Now CloudFormation replaces the other one: what it alone had would be gone until it is back.
    await docker('rm', '-f', '-v', (gluster[1] as Instance).id);
    const reading = await web.run('site', 'sh', '-c', each('[ "$(cat $n)" = "of $n" ] || echo "$n"'));
    expect(reading).toMatchObject({ exitCode: 0, all: '' });
    await replace('gluster-2', 1);
  });

  test('the web machines have one name, as EC2 lists them: a purge reaches all of them', async () => {
    const known = () => web.exec('site', 'php', '-r', 'echo implode(" ", gethostbynamel("web") ?: []);');
    expect(await web.exec('systemctl', 'is-active', 'bootdev-web.timer')).toBe('active');
    for (const addresses of [['10.1.0.5', '10.1.0.6'], ['10.1.0.6', '10.1.0.7'], ['10.1.0.7']]) {
      await cloud.running(addresses);
      await web.exec('systemctl', 'start', 'bootdev-web');
      // Docker gives this container's own address the same name.
      expect((await known()).split(' ').filter((one) => one.startsWith('10.1.'))).toEqual(addresses);
    }
    const asked = (await cloud.heard()).findLast(({ Action }) => Action === 'DescribeInstances');
    expect(asked).toMatchObject({
      'Filter.1.Name': 'tag:bootdev:machine',
      'Filter.1.Value.1': expect.stringMatching(/^[\w-]+\/web$/),
      'Filter.2.Name': 'instance-state-name',
      'Filter.2.Value.1': 'running',
    });
  });

  test('it uses the database that is the site’s now, and another one without being replaced', async () => {
    const used = () => web.exec('site', 'php', '-r', database.question);
    const master = () => web.exec('systemctl', 'show', '-P', 'MainPID', 'bootdev@php-fpm');
    expect(await used()).toBe('site3'); // backups.ts: one that was taken in, then the one of before a failed update
    const before = await master();
    await cloud.upload({ 'data/site-database': 'site site2 0\n' });
    expect((await web.run('systemctl', 'start', '--wait', 'bootdev-web')).exitCode).toBe(0);
    expect([await used(), await master()]).toEqual(['site', before]);
    await cloud.upload({ 'data/site-database': '../x\n' });
    await web.run('systemctl', 'start', '--wait', 'bootdev-web');
    expect(await used()).toBe('site');
    await cloud.upload({ 'data/site-database': 'site site2 0\n' });
    expect((await web.run('systemctl', 'start', '--wait', 'bootdev-report')).exitCode).toBe(0);
    expect(await reportOf('web', web)).toMatchObject({
      digest: site.digest('web'),
      healthy: true,
      differs: [],
      repaired: null,
    });
  });

  test('the metadata service, and so the rights of the machine, is for root alone', async () => {
    const ask = [
      'curl',
      '-sS',
      '-m',
      '3',
      '-X',
      'PUT',
      '-H',
      'x-aws-ec2-metadata-token-ttl-seconds: 60',
      'http://aws/latest/api/token',
    ];
    const as = (user: string) => web.run('setpriv', `--reuid=${user}`, '--regid=33', '--clear-groups', ...ask);
    expect((await as('0')).stdout).toBe('METADATA-TOKEN');
    for (const user of ['33', 'heartbeat', 'nobody']) {
      const { exitCode, stdout } = await as(user);
      expect([user, exitCode === 0, stdout]).toEqual([user, false, '']);
    }
    // But for sshd, which asks it for an operator's key; the site has no such user.
    const command = '/usr/local/sbin/ec2-instance-connect-keys';
    const sshd = ['setpriv', '--reuid=ec2-instance-connect', '--regid=ec2-instance-connect', '--clear-groups'];
    const keysOf = (user: string) => web.run(...sshd, command, user);
    expect((await keysOf('admin')).stdout).toBe('ssh-ed25519 AAAA operator');
    expect(await keysOf('root')).toMatchObject({ exitCode: 22, stdout: '' });
    expect(await web.exec('cat', '/etc/ssh/sshd_config.d/60-ec2-instance-connect.conf')).toBe(
      `AuthorizedKeysCommand ${command} %u\nAuthorizedKeysCommandUser ec2-instance-connect`,
    );
    const php = 'echo @file_get_contents("http://aws/latest/meta-data/instance-id") === false ? "refused" : "heard";';
    expect(await web.exec('site', 'php', '-r', php)).toBe('refused');
    // It is this rule that refuses.
    await web.exec('ip', 'rule', 'del', 'priority', '91');
    expect((await as('33')).stdout).toBe('METADATA-TOKEN');
    await web.exec('systemctl', 'restart', 'bootdev-boot');
    expect((await as('33')).exitCode).not.toBe(0);
  });

  test('the site has keys of its own, for its bucket and an hour, and new ones before they end', async () => {
    const file = '/run/secrets/app/aws-credentials';
    expect(await web.exec('stat', '-c', '%a %U:%G', file)).toBe('440 root:www-data');
    const question = 'require "lib/site.php"; require "lib/s3.php"; echo implode(" ", s3_credentials());';
    const first = await web.exec('site', 'php', '-r', question);
    expect(first).toMatch(/^ASIA\d{12} secret\/of\+\d+ token of arn:aws:iam::\d+:role\/\S*MediaRole\S*\/\/==$/);
    await web.exec('systemctl', 'start', '--wait', 'bootdev-media');
    expect(await web.exec('site', 'php', '-r', question)).not.toBe(first);
    expect(await web.exec('systemctl', 'is-active', 'bootdev-media.timer')).toBe('active');
  });

  test('a program of the site may ask the kernel for nothing that it does not need', async () => {
    // A program of the bundle, as any other.
    const unit = 'bootdev@attempts';
    const program = '/etc/bootdev/current/run/attempts';
    await web.write({ 'root/attempts.pl': await readFile('test/docker/hostile/attempts.pl') });
    const site = 'setpriv --reuid=33 --regid=33 --clear-groups';
    const text = `#!/bin/bash\ncd /tmp\nperl /root/attempts.pl >/root/as-root\n${site} perl - </root/attempts.pl | cat >/root/as-site\nsleep 600\n`;
    await web.exec('sh', '-c', `printf '%b' "$0" >${program} && chmod +x ${program}`, text);
    await web.exec('systemctl', 'start', unit);
    const said = await eventually(
      30_000,
      async () => (await web.run('cat', '/root/as-root', '/root/as-site')).stdout,
      (it) => it.split('\n').length > 45,
    );
    await web.exec('systemctl', 'stop', unit);
    await web.exec('rm', program);
    expect(said.split('\n').filter((line) => /\tallowed$/.test(line) && !line.startsWith('/dev/fuse'))).toEqual([]);
    const shown = ['RestrictNamespaces', 'NoNewPrivileges', 'TasksMax', 'MemorySwapMax'].flatMap((name) => [
      '-P',
      name,
    ]);
    expect((await web.exec('systemctl', 'show', ...shown, 'bootdev@php-fpm')).split('\n').sort()).toEqual([
      '0',
      '1024',
      'yes',
      'yes',
    ]);
    // The right to mount is that of one program.
    const bounds = async (name: string) =>
      (await web.exec('systemctl', 'show', '-P', 'CapabilityBoundingSet', name)).split(' ');
    expect(await bounds('bootdev@files')).toContain('cap_sys_admin');
    for (const name of ['php-fpm', 'nginx', 'heartbeat'])
      expect(await bounds(`bootdev@${name}`)).not.toContain('cap_sys_admin');
  });

  test('its log arrives, each line once, also when what sends it is started again', async () => {
    const stream = `web/${await instanceOf(web)}`;
    const arrived = async (text: string) =>
      (await cloud.log()).filter((line) => line.stream === stream && line.message.includes(text));
    const visit = (id: string) => web.exec('curl', '-sS', '-o', '/dev/null', `http://127.0.0.1/?${id}`); // a page: files are not logged
    for (const id of ['log-01234567', 'log-89abcdef']) {
      await visit(id);
      // nginx writes each half second; the timer would send it within half a minute.
      const [line] = await eventually(
        30_000,
        async () => {
          await web.exec('systemctl', 'restart', 'bootdev-logs');
          return arrived(id);
        },
        ({ length }) => length > 0,
      );
      expect(line?.message).toContain(`"GET /?${id} HTTP/1.1" `);
      expect(line?.message).toMatch(/^nginx \| /);
      expect(line?.group).toBe(templates.outputs.MachineLogGroup);
    }
    for (const id of ['log-01234567', 'log-89abcdef']) expect(await arrived(id)).toHaveLength(1);
    expect(await arrived('boot | boot: free: ')).not.toEqual([]);
    const refused = (await cloud.heard()).filter(({ path }) => path === 'PutLogEvents');
    expect(new Set(refused.map((it) => it.refused))).toEqual(new Set(['ResourceNotFoundException'])); // before there was a stream
    expect(await web.exec('systemctl', 'is-active', 'bootdev-logs.timer')).toBe('active');
  });

  test('a byte changed on the node is reported by its timer, then repaired', async () => {
    await web.exec('sed', '-i', '3s/$/ # who was it/', '/etc/bootdev/current/etc/nginx/nginx.conf');
    await timer(3); // not the five minutes of the unit
    const report = await eventually(
      60_000,
      () => reportOf('web', web),
      ({ repaired, differs }) => repaired !== null && differs.length === 0,
    );
    await timer();
    expect(report).toMatchObject({ digest: site.digest('web'), healthy: true });
    expect(report.repaired?.differs).toMatchObject([{ path: 'etc/nginx/nginx.conf', line: 3 }]);
    expect(await web.exec('sed', '-n', '3p', '/etc/bootdev/current/etc/nginx/nginx.conf')).not.toContain('who was it');
    expect(await web.exec('systemctl', 'is-active', 'bootdev-report.timer')).toBe('active');
  });

  test('the bundle itself damaged on the node: fetched again', async () => {
    await web.exec(
      'sh',
      '-c',
      `echo '# x' | tee -a /bundle/${site.digest('web')}/etc/nginx/deny.conf >>/etc/bootdev/current/etc/nginx/deny.conf`,
    );
    expect((await web.run('systemctl', 'start', '--wait', 'bootdev-report')).exitCode).toBe(0);
    const report = await reportOf('web', web);
    expect(report).toMatchObject({ digest: site.digest('web'), differs: [] });
    expect(report.repaired?.differs).toMatchObject([{ path: 'etc/nginx/deny.conf', text: '# x' }]);
  });

  test("a byte changed in the site's code: another release is reported, then the booted one is fetched and PHP restarts", async () => {
    const file = '/srv/code/current/lib/site.php';
    const before = await web.exec('sha256sum', file);
    const master = () => web.exec('systemctl', 'show', '-P', 'MainPID', 'bootdev@php-fpm');
    const workers = async () => (await web.exec('pgrep', '-P', await master(), 'php-fpm')).split('\n');
    const old = await workers();
    await web.exec('sed', '-i', '$s/$/ /', file);
    expect((await web.run('systemctl', 'start', '--wait', 'bootdev-report')).exitCode).toBe(0);
    const report = await reportOf('web', web);
    expect(report).toMatchObject({ release: site.release.digest, differs: [] });
    expect(report.repaired?.code).toMatch(/^[0-9a-f]{64}$/);
    expect(report.repaired?.code).not.toBe(site.release.digest);
    expect(await web.exec('sha256sum', file)).toBe(before);
    await eventually(10_000, workers, (now) => now.every((pid) => !old.includes(pid)));
  });

  test('a program that ends is restarted; one that keeps ending is given up', async () => {
    const pid = () => web.exec('systemctl', 'show', '-P', 'MainPID', 'bootdev@nginx');
    const before = await pid();
    await web.exec('systemctl', 'kill', '--kill-whom=main', '-s', 'KILL', 'bootdev@nginx');
    await eventually(10_000, pid, (now) => now !== before && now !== '0');
    await eventually(
      10_000,
      () => web.run('/etc/bootdev/current/bin/machine', 'health'),
      ({ exitCode }) => exitCode === 0,
    );
    const unit = await web.exec(
      'systemctl',
      'show',
      '-P',
      'KillSignal',
      '-P',
      'StartLimitBurst',
      '-P',
      'StartLimitAction',
      'bootdev@nginx',
    );
    expect(unit.split('\n').sort()).toEqual(['3', '5', 'reboot']); // 3: SIGQUIT
  });

  test('five deaths in ten seconds reboot it, and it is there again by itself', async () => {
    const runs = async () => (await docker('inspect', '-f', '{{.State.Running}}', web.id)) === 'true';
    // systemd needs a second to restart it; a container whose systemd reboots has ended.
    const ended = await eventually(
      60_000,
      async () => {
        await web.run('systemctl', 'kill', '--kill-whom=main', '-s', 'KILL', 'bootdev@nginx');
        return !(await runs());
      },
      (it) => it,
    );
    expect(ended).toBe(true);
    await docker('start', web.id);
    await eventually(
      120_000,
      () => web.run('curl', '-fsS', '-o', '/dev/null', 'http://127.0.0.1/-/healthz'),
      ({ exitCode }) => exitCode === 0,
    );
    await eventually(
      30_000,
      () => web.run('systemctl', 'is-active', 'bootdev-report.timer'),
      ({ stdout }) => stdout === 'active',
    );
    expect((await web.run('cat', '/run/secrets/app/hash-salt')).stdout).toBe('salt');
  });

  // Its small application (test/apps), found by its files as a folder of a user is. The programs are stopped, so nothing is left of the one before.
  test.each(isLong ? others : others.slice(0, 1))('web boots as %s', async (application) => {
    const folder = `test/apps/${application}`;
    const found = await findApplication((path) => readHead(join(folder, path)), known);
    expect(found?.application).toBe(application);
    const code = { path: '.', docroot: found?.docroot ?? '' };
    const settings = completeSettings({ site: { name: 'shop' }, application, code });
    const { bundle, release, objects } = await siteFiles(folder, settings, sources);
    const digest = bundle.machines.get('web')?.digest ?? '';
    await cloud.upload(objects);
    await web.exec('systemctl', 'stop', 'bootdev-report.timer', 'bootdev@*');
    const other = `s/^BOOTDEV_DIGEST=.*/BOOTDEV_DIGEST=${digest}/; s/^BOOTDEV_RELEASE=.*/BOOTDEV_RELEASE=${release.digest}/`;
    await web.exec('sed', '-i', other, '/etc/bootdev/instance.env');
    const { exitCode } = await web.run('systemctl', 'restart', 'bootdev-boot');
    expect(exitCode, (await web.run('tail', '-n', '30', '/var/log/bootdev-boot.log')).stdout).toBe(0);
    // The report that is made of a machine while this computer is busy may find it slow: the next one counts.
    const report = await eventually(
      60_000,
      async () => {
        await web.run('systemctl', 'start', '--wait', 'bootdev-report');
        return reportOf('web', web);
      },
      ({ healthy }) => healthy,
    );
    expect(report).toMatchObject({ digest, release: release.digest, healthy: true, differs: [] });
    // Its page has this machine's database, by the application's settings or from the environment.
    const page = JSON.parse(await web.exec('curl', '-fsS', 'http://127.0.0.1/')) as { database: string };
    const target = await web.exec('cat', '/etc/bootdev/target.env');
    expect(`\n${target}\n`).toContain(`\nDB_NAME=${page.database}\n`);
  });
});

const arriving: [string, () => string][] = [
  ['configuration', () => `bundles/${site.digest('web')}.tar.gz`],
  ['packages', () => `packages/${site.packages.get('web')?.digest}.tar`],
  ['code', () => `releases/${site.release.digest}.tar.gz`],
];
test.each(isLong ? arriving : arriving.slice(0, 1))(
  'one flipped byte of its %s: FAILURE, its log, and nothing serves',
  async (what, keyOf) => {
    const key = keyOf();
    const whole = site.objects[key] as Buffer;
    const bytes = Buffer.from(whole);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] as number) ^ 1;
    await cloud.upload({ [key]: bytes });
    const { instance, code } = await launch('web', `broken-${what}`, fuse);
    await cloud.upload({ [key]: whole });
    expect(code).not.toBe(0);
    expect(await signalsOf(instance)).toEqual(['WebGroup FAILURE']);
    const log = await cloud.object(`boot-logs/web/${await instanceOf(instance)}.log`);
    expect(log).toContain(`boot: ${key} arrived damaged`);
    expect((await instance.run('curl', '-s', 'http://127.0.0.1/')).exitCode).toBe(7);
    expect((await instance.run('ls', '/etc/bootdev/current')).exitCode).not.toBe(0);
    await docker('rm', '-f', '-v', instance.id); // else it tries again each minute
  },
);

inLong(
  'what it needs is not there at its first start: the bucket says so, and a minute later it recovers',
  async () => {
    const boot = `boot/${site.bootDigest}`;
    const bundle = `bundles/${site.digest('solr')}.tar.gz`;
    await cloud.upload({ [boot]: 'not this', [bundle]: 'nor this' });
    const { instance, code } = await launch('solr');
    expect(code).not.toBe(0);
    const id = await instanceOf(instance);
    const log = () => cloud.object(`boot-logs/solr/${id}.log`);
    expect(await log()).toMatch(/^\/usr\/local\/sbin\/bootdev-instance\.new: FAILED$/m);
    expect(await log()).toMatch(/^boot: the boot program could not be fetched/m);
    expect(await signalsOf(instance)).toEqual(['SearchGroup FAILURE']);
    await cloud.upload({ [boot]: site.objects[boot] ?? '' });
    const signals = (count: number) =>
      eventually(
        150_000,
        () => signalsOf(instance),
        (all) => all.length >= count,
      );
    expect(await signals(2)).toEqual(['SearchGroup FAILURE', 'SearchGroup FAILURE']);
    expect(await log()).toContain(`boot: ${bundle} arrived damaged`);
    const joined = async () =>
      (await cloud.heard()).some(({ Action, InstanceId }) => Action === 'CompleteLifecycleAction' && InstanceId === id);
    expect(await joined()).toBe(false);
    await cloud.upload({ [bundle]: site.objects[bundle] ?? '' });
    // That it tries again by itself was seen above: this time nobody waits for the minute.
    await instance.run('systemctl', 'restart', '--no-block', 'bootdev-boot');
    // Meanwhile the log is in the bucket, before anything has ended.
    await eventually(150_000, log, (text) => /fetching bundles(?![\s\S]*FAILURE)/.test(text));
    expect((await signals(3)).at(-1)).toBe('SearchGroup SUCCESS');
    expect(await joined()).toBe(true);
  },
);

test('the digest is computed by the one shell function: with another one the boot program takes nothing', async () => {
  const program = bootProgram(withChangedDigest(await readFolder('docker')));
  await cloud.upload({ [`boot/${sha256(program)}`]: program });
  const instance = await cloud.launch('other-digest');
  const userData = (await templates.userData('web')).replaceAll(site.bootDigest, sha256(program));
  const { code, log } = await instance.boot(userData);
  expect(code).not.toBe(0);
  expect(log).toContain(`boot: bundles/${site.digest('web')}.tar.gz arrived damaged`);
  await docker('rm', '-f', '-v', instance.id);
});

test('every request was signed rightly', async () => {
  const refused = (await cloud.heard()).filter(({ refused }) => refused === 'SignatureDoesNotMatch');
  expect(refused.map(({ path }) => path)).toEqual(['/test.txt']); // the documentation's credentials have no session token
});
