/**
 * Shared files on GlusterFS: nodes that crash, freeze, stop, lose their disks, and nothing acknowledged is lost. Never skipped where
 * this engine can mount: where it cannot, an independent run of the probe must say why. The tests build on each other, in order. Most of
 * their time is healing, so all but one of each kind are among the long ones.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { isLong } from '../long.ts';
import { docker, eventually, load, newReplica, type Replica } from '../scenarios/replica.ts';

const settings =
  'site: { name: shared }\nsearch: { engine: none }\nmemcached: { count: 1 }\nfiles: { store: gluster }\ncache: { enabled: false }\n';
const dataNodes = ['gluster-1', 'gluster-2'];
const nodes = [...dataNodes, 'arbiter'];
const clients = ['web-1', 'web-2', 'admin'];
let replica: Replica;
/** Why this engine cannot mount; undefined: it can. */
let impossible: string | undefined;

beforeAll(async () => {
  replica = await newReplica(settings);
  await replica.ensure('up');
  impossible = await probe();
});
afterAll(() => replica?.remove());

async function probe(): Promise<string | undefined> {
  const image = await docker('inspect', '-f', '{{.Config.Image}}', await replica.container('web-1'));
  const options = [
    '--cap-drop',
    'ALL',
    '--cap-add',
    'SYS_ADMIN',
    '--device',
    '/dev/fuse',
    '--security-opt',
    'no-new-privileges',
    '--security-opt',
    `seccomp=${resolve('compose/seccomp.json')}`,
  ];
  const { stdout, stderr } = await execa(
    'docker',
    ['run', '--rm', '-i', ...options, '--entrypoint', 'perl', image, '-'],
    {
      input: await readFile('docker/roles/gluster-client/probe'),
      reject: false,
    },
  );
  if (stdout === 'yes') return undefined;
  if (!stdout.startsWith('no: ')) throw new Error(`the probe broke: ${stdout}${stderr}`);
  return stdout;
}
const onGluster = (name: string, run: (context: TestContext) => Promise<void>) =>
  test(name, async (context) => (impossible ? context.skip(impossible) : run(context)));
const inLong: typeof onGluster = isLong ? onGluster : () => undefined;

/** In a machine, as root. */
const inside = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);
/** As the site's user, whatever its exit code is. */
async function asSite(machine: string, command: string[], input = '') {
  const user = ['setpriv', '--reuid=www-data', '--regid=www-data', '--clear-groups'];
  return execa('docker', ['exec', '-i', await replica.container(machine), ...user, ...command], {
    input,
    reject: false,
  });
}
/** The machine as if its power were cut: Docker's own kill would keep it from coming back. */
async function crash(machine: string): Promise<void> {
  process.kill(Number(await docker('inspect', '-f', '{{.State.Pid}}', await replica.container(machine))), 'SIGKILL');
}
const everythingHealthy = () =>
  eventually(90_000, replica.status, (it) => it.machines.every(({ state }) => state === 'healthy'));
/** Some forty files a second are healed on two cores; a test leaves hundreds. */
const nothingToHeal = () =>
  eventually(
    120_000,
    // Asked now: status may know it from the check before.
    () => Promise.all(nodes.map((node) => inside(node, '/etc/bootdev/current/bin/machine', 'report').catch(String))),
    (reports) => reports.every((report) => report.includes('"now":"0 to heal"')),
  );

/** Names, owners, modes and bytes of what a data node keeps. */
const contents = (node: string) =>
  inside(
    node,
    'sh',
    '-c',
    'cd /var/lib/bricks/files && find public private -printf "%M %U:%G %p %l\\n" | sort && find public private -type f ! -path "*/.machines/*" | sort | xargs -r sha256sum',
  );
async function expectEqualCopies(): Promise<void> {
  const [one, two] = await Promise.all(dataNodes.map(contents));
  expect(one).toBe(two);
  const identities = 'cd /var/lib/bricks/files && getfattr --name trusted.gfid --encoding hex public private';
  const three = await Promise.all(nodes.map((node) => inside(node, 'sh', '-c', identities)));
  expect(new Set(three).size).toBe(1);
  expect(one?.split('\n').length).toBeGreaterThan(10);
}

interface Writing {
  acknowledged: string[];
  refused: string[];
  /** Longest time in ms between two acknowledgements around the moment. */
  gap: (moment: number) => number;
  /** How many were acknowledged in this stretch, both in ms since 1970. */
  between: (from: number, to: number) => number;
}
/** Writes on web-1 for some seconds into a folder of public/. */
async function write(folder: string, seconds: number): Promise<Writing> {
  const { stdout } = await asSite('web-1', ['php', '/tmp/write.php', `/srv/files/public/${folder}`, String(seconds)]);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const acks = lines.filter(([said]) => said === 'ack');
  const times = acks.map(([, , time]) => Number(time) * 1000);
  const gaps = (moment: number) =>
    times.slice(1).map((time, n) => (time > moment && (times[n] ?? 0) < moment + 2000 ? time - (times[n] ?? 0) : 0));
  return {
    acknowledged: acks.map(([, id = '']) => id),
    refused: lines.filter(([said]) => said === 'fail').map((line) => line.join(' ')),
    gap: (moment) => Math.round(Math.max(...gaps(moment))),
    between: (from, to) => times.filter((time) => time > from && time < to).length,
  };
}
async function expectKept(folder: string, { acknowledged }: Writing): Promise<void> {
  for (const reader of ['web-2', 'admin']) {
    const { stdout } = await asSite(
      reader,
      ['php', '/tmp/missing.php', `/srv/files/public/${folder}`],
      acknowledged.join('\n'),
    );
    expect(stdout, `of ${acknowledged.length}, as ${reader} sees it`).toBe('');
  }
}
async function bringScripts(): Promise<void> {
  for (const machine of clients)
    for (const script of ['write.php', 'missing.php'])
      await docker('cp', join('test/docker/gluster', script), `${await replica.container(machine)}:/tmp/${script}`);
}

test('a real mount decides: GlusterFS where it succeeds, else the plain volume, and that is said with the reason', async () => {
  const { machines, notes } = await replica.status();
  expect(machines.filter(({ state }) => state !== 'healthy')).toEqual([]);
  if (impossible) {
    expect(notes?.join()).toContain(impossible.replace('no: ', ''));
    return;
  }
  expect(notes).toBeUndefined();
  expect(machines.map(({ name }) => name)).toEqual(expect.arrayContaining(nodes));
  for (const client of clients) expect(await inside(client, 'stat', '-f', '-c', '%T', '/srv/files')).toMatch(/^fuse/);
  await bringScripts();
});

onGluster(
  'what one machine writes, the others read, and both data nodes keep; the arbiter has names only',
  async () => {
    const writing = await write('first', 2);
    expect(writing.acknowledged.length).toBeGreaterThan(10);
    await expectKept('first', writing);
    await expectEqualCopies();
    expect(await inside('arbiter', 'find', '/var/lib/bricks/files/public', '-type', 'f', '-size', '+0')).toBe('');
  },
);

onGluster("the site's user can neither change the nodes nor write beside the mount", async () => {
  expect((await asSite('web-1', ['grep', 'CapEff', '/proc/self/status'])).stdout).toMatch(/\t0+$/);
  expect((await asSite('web-1', ['umount', '/srv/files'])).exitCode).not.toBe(0);
  await inside('web-1', 's6-svc', '-wd', '-T', '20000', '-d', '/run/service/files');
  try {
    expect((await asSite('web-1', ['touch', '/srv/files/beside'])).stderr).toContain('Permission denied');
  } finally {
    await inside('web-1', 's6-svc', '-u', '/run/service/files');
  }
  await everythingHealthy();
});

inLong('a client that comes to a halt as it mounts is started again', async () => {
  const halting = `#!/bin/bash
    rm "$0"
    (until grep -q fuse.glusterfs /proc/self/mountinfo; do sleep 0.002; done; kill -STOP $$) &
    exec /usr/sbin/glusterfs "$@"`;
  await inside(
    'web-1',
    'sh',
    '-c',
    'echo "$1" >/usr/local/sbin/glusterfs; chmod 755 /usr/local/sbin/glusterfs',
    'sh',
    halting,
  );
  const late = async () => {
    const { all } = await execa('docker', ['logs', await replica.container('web-1')], { all: true });
    return all.split('files: no node has the volume yet').length;
  };
  const before = await late();
  await inside('web-1', 's6-svc', '-wr', '-T', '20000', '-r', '/run/service/files').catch(() => undefined);
  await eventually(60_000, late, (times) => times > before);
  await everythingHealthy();
  // It is healthy with two of three bricks; what follows takes one away.
  const bricks = ['awk', '$3 ~ /:C0/ && $4 == "01" { n++ } END { print n }', '/proc/net/tcp'];
  await eventually(
    30_000,
    () => inside('web-1', ...bricks),
    (connected) => connected === '3',
  );
  expect((await asSite('web-1', ['touch', '/srv/files/public/again'])).exitCode).toBe(0);
});

/** Of each node's crash, for comparison with a freeze. */
const crashGaps: number[] = [];

test.for(isLong ? nodes : ['gluster-1'])(
  '%s crashes during writes: none lost, and healed when it is back',
  async (node, context) => {
    if (impossible) return context.skip(impossible);
    const writing = write(node, 12);
    await pause(3000);
    const moment = Date.now();
    await crash(node);
    const written = await writing;
    expect(written.refused).toEqual([]);
    expect(written.between(moment, moment + 6000)).toBeGreaterThan(5); // it went on
    console.info(
      `${node} crashed: ${written.acknowledged.length} writes, none lost, longest gap ${written.gap(moment)} ms`,
    );
    crashGaps.push(written.gap(moment));
    await everythingHealthy();
    console.info(`${node}: healed ${Math.round((Date.now() - moment) / 1000)} s after its crash, or earlier`);
    await nothingToHeal();
    await expectKept(node, written);
    await expectEqualCopies();
  },
);

inLong('a node that freezes holds writes up for seconds, then they go on without it', async () => {
  const container = await replica.container('gluster-2');
  const writing = write('frozen', 14);
  await pause(3000);
  const moment = Date.now();
  await docker('pause', container);
  const written = await writing.finally(() => docker('unpause', container));
  console.info(`gluster-2 frozen: longest gap ${written.gap(moment)} ms`);
  expect(written.refused).toEqual([]);
  // A freeze is noticed by network.ping-timeout, twice at most; a crash before that, by connections that close.
  const option = await inside('gluster-1', 'gluster', 'volume', 'get', 'files', 'network.ping-timeout');
  const pingTimeout = Number(/network\.ping-timeout +(\d+)/.exec(option)?.[1]) * 1000;
  expect(pingTimeout).toBe(5000);
  expect(written.gap(moment)).toBeLessThan(4 * pingTimeout);
  expect(crashGaps.filter((gap) => gap >= written.gap(moment))).toEqual([]);
  await everythingHealthy();
  await nothingToHeal();
  await expectKept('frozen', written);
  await expectEqualCopies();
});

describe('pages while files do not answer', () => {
  const inService = () => inside('lb', '/etc/bootdev/current/roles/haproxy/servers.sh', 'up');
  /** Every access to the mount hangs, as after a fault of the client or of the network. */
  const freeze = (machine: string) => inside(machine, 'sh', '-c', 'kill -STOP $(pidof glusterfs)');
  const thaw = (machine: string) => inside(machine, 'sh', '-c', 'kill -CONT $(pidof glusterfs)');
  /** A page that needs no files; the cache is off. */
  const visits = async () => load(`${await replica.url()}/machine`, 20);
  const statusOf = async (path: string) => (await fetch(`${await replica.url()}${path}`)).status;

  /** `left`: how many machines the balancer has in service meanwhile. */
  async function lose(machines: string[], left: string): Promise<void> {
    const going = await visits();
    await Promise.all(machines.map(freeze));
    await eventually(40_000, inService, (count) => count === left);
    await pause(3000);
    await Promise.all(machines.map(thaw));
    await eventually(20_000, inService, (count) => count === '2');
    await going.stop();
    expect(going.failed).toEqual([]);
    await everythingHealthy();
  }
  onGluster('one of two machines has lost them: it leaves service, no visit is lost, and it comes back by itself', () =>
    lose(['web-1'], '1'),
  );
  inLong('every machine has lost them: all stay in service for pages', () => lose(['web-1', 'web-2'], '0'));

  inLong('both data nodes are gone: no machine leaves service', async () => {
    const going = await visits();
    await docker('stop', ...(await Promise.all(dataNodes.map(replica.container))));
    await eventually(
      40_000,
      () => statusOf('/files/a.txt'),
      (status) => status === 503,
    );
    for (let n = 0; n < 10; n++) {
      expect(await inService()).toBe('2');
      await pause(500);
    }
    await docker('start', ...(await Promise.all(dataNodes.map(replica.container))));
    await going.stop();
    expect(going.failed).toEqual([]);
    await everythingHealthy();
    await nothingToHeal();
  });
});

inLong('with one node of three nothing can be written, so two versions cannot come about', async () => {
  const others = await Promise.all(['gluster-2', 'arbiter'].map(replica.container));
  await docker('stop', ...others);
  const alone = await write('alone', 2);
  expect(alone.acknowledged).toEqual([]);
  expect(alone.refused.length).toBeGreaterThan(0);
  // The other half of a split: what was alone is gone, another is alone.
  await docker('stop', await replica.container('gluster-1'));
  await docker('start', await replica.container('gluster-2'));
  await pause(5000);
  expect((await write('alone', 2)).acknowledged).toEqual([]);
  await docker('start', ...(await Promise.all(['arbiter', 'gluster-1'].map(replica.container))));
  await everythingHealthy();
  await nothingToHeal();
  expect((await write('alone', 2)).refused).toEqual([]);
  expect(await inside('gluster-1', 'gluster', 'volume', 'heal', 'files', 'info', 'split-brain')).not.toMatch(/: [1-9]/);
  await expectEqualCopies();
});

inLong('all crash at once: all come back by themselves, in whatever order', async () => {
  const written = await write('before', 2);
  await Promise.all([...nodes, ...clients].map(crash));
  await pause(1000);
  await everythingHealthy();
  await bringScripts();
  await expectKept('before', written);
  await expectEqualCopies();
});

inLong('a client that dies is mounted again; a brick that dies is restarted', async () => {
  await inside('web-2', 'sh', '-c', 'kill -9 $(pidof glusterfs)');
  await inside('gluster-1', 'sh', '-c', 'kill -9 $(pidof glusterfsd)');
  const written = await write('reborn', 3);
  expect(written.refused).toEqual([]);
  await pause(1000);
  await everythingHealthy();
  await nothingToHeal();
  await expectKept('reborn', written);
  await expectEqualCopies();
});

inLong('a node that lost its disks is filled by the others', async () => {
  // Some hundred files: what is filled goes file by file, and the tests before this one left thousands.
  await bringScripts();
  await asSite('web-1', ['sh', '-c', 'rm -rf /srv/files/public/*']);
  const written = await write('lost', 10); // a busy machine writes two a second
  expect(written.acknowledged.length, written.refused.slice(0, 3).join('; ')).toBeGreaterThan(20);
  const project = await replica.project();
  await docker('rm', '-f', await replica.container('gluster-2'));
  await docker('volume', 'rm', `${project}_gluster-2-brick`, `${project}_gluster-2-state`);
  await replica.ensure('up');
  await everythingHealthy();
  const started = performance.now();
  await eventually(
    180_000,
    () => Promise.all(dataNodes.map(contents)),
    ([one, two]) => one === two,
  );
  console.log(
    `a node with empty disks: ${written.acknowledged.length} files filled ${((performance.now() - started) / 1000).toFixed(0)} s after it was healthy`,
  );
  await nothingToHeal();
  await expectKept('lost', written);
});

inLong('files are kept over down and up', async () => {
  const written = await write('kept', 1);
  await replica.ensure('down');
  await replica.ensure('up');
  await bringScripts();
  await expectKept('kept', written);
});
