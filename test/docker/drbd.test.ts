/**
 * DRBD, a disk that is mirrored block by block: two nodes, each a kernel of its own (test/docker/kernel), one lost while it writes, and back again. The
 * replica does not use it: docs/clustering.md says why, and has these figures.
 */
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inKernel, type Kernel, startKernel } from './kernel/kernel.ts';
import { file } from './kernel/lvs.ts';

const names = ['first', 'second'] as const;
type Name = (typeof names)[number];
const port = { first: 7001, second: 7002 };
const address = (name: Name) => `10.78.0.${names.indexOf(name) + 1}`;

/** Protocol C: a write is done when both disks have it. Who confirms none for two seconds is gone. */
const configuration = `global { usage-count no; }
resource site {
  net { protocol C; timeout 20; ping-int 3; connect-int 3; ping-timeout 10; }
  device /dev/drbd0; disk /dev/ubda; meta-disk internal;
${names.map((name) => `  on ${name} { address ${address(name)}:7789; }`).join('\n')}
}
`;

let image: string;
let disks: string;
const nodes = {} as Record<Name, Kernel>;

/** The cable between the two: Ethernet in UDP, in the network of the first one's container. */
async function start(name: Name): Promise<void> {
  const other = name === 'first' ? 'second' : 'first';
  const cable = `udp=1,src=127.0.0.1,dst=127.0.0.1,srcport=${port[name]},dstport=${port[other]},rx_session=1,tx_session=1`;
  nodes[name] = await startKernel(image, [file('etc/drbd.conf', configuration)], {
    megabytes: 128,
    network: name === 'first' ? 'none' : `container:${nodes.first.id}`,
    container: ['--volume', `${disks}/${name}:/disk`],
    kernel: ['ubd0=/disk', `vec0:transport=l2tpv3,${cable}`],
  });
  await nodes[name].exec(`
    hostname ${name}
    modprobe drbd
    mkdir -p /run/site /run/lock
    ip address add ${address(name)}/24 dev vec0
    ip link set vec0 up`);
}

inKernel(async (found) => {
  image = found;
  disks = await mkdtemp(join(tmpdir(), 'bootdev-drbd-'));
  for (const name of names) {
    await writeFile(join(disks, name), '');
    await truncate(join(disks, name), 64 * 2 ** 20);
    await start(name);
  }
  return {
    async off() {
      await Promise.all(names.map((name) => nodes[name].off()));
      await rm(disks, { recursive: true });
    },
  };
}, 'drbd');

const states = (name: Name) => nodes[name].exec('drbdadm dstate site');
const sums = 'cd /run/site && find . -type f -print0 | sort -z | xargs -0 sha256sum';
/** Seconds of a script, by the clock of its kernel. */
async function seconds(name: Name, script: string): Promise<number> {
  const milliseconds = await nodes[name].exec(`started=$(date +%s%3N); ${script}; echo $(($(date +%s%3N) - started))`);
  return Number(milliseconds.split('\n').at(-1)) / 1000;
}
const takeOver = 'until drbdadm primary site 2>/dev/null; do sleep 0.1; done; mount /dev/drbd0 /run/site';

test('a node is lost while it writes, the other one has all that was written, and both are equal when it is back', async ({
  task,
}) => {
  await Promise.all(names.map((name) => nodes[name].exec('drbdadm create-md --force site && drbdadm up site')));
  await expect.poll(() => nodes.first.exec('drbdadm cstate site')).toBe('Connected');
  await nodes.second.exec('drbdadm primary --force site');
  await expect.poll(() => states('second'), { timeout: 120_000 }).toBe('UpToDate/UpToDate');

  await nodes.second.exec('mkfs.ext4 -q /dev/drbd0 && mount /dev/drbd0 /run/site');
  const writing = nodes.second.exec(`
    for number in {1..5000}; do
      head -c 20000 /dev/urandom >/run/site/$number
      sync /run/site/$number
      sha256sum /run/site/$number >>/run/sums
    done`);
  writing.catch(() => undefined); // its kernel ends
  await expect
    .poll(() => nodes.second.run('wc -l </run/sums').then(({ output }) => Number(output)))
    .toBeGreaterThan(30);
  const written = await nodes.second.exec('cat /run/sums');
  await nodes.second.kill();

  const taken = await seconds('first', takeOver);
  await nodes.first.exec(`sha256sum --check --quiet - <<'END'\n${written}\nEND`);
  await nodes.first.exec(
    'rm /run/site/1; for number in {1..50}; do head -c 20000 /dev/urandom >/run/site/more-$number; done; sync',
  );

  await start('second');
  const synced = await seconds(
    'second',
    'drbdadm up site; until [ "$(drbdadm dstate site)" = UpToDate/UpToDate ]; do sleep 0.1; done',
  );
  const onFirst = await nodes.first.exec(sums);
  await nodes.first.exec('umount /run/site && drbdadm secondary site');
  await nodes.second.exec(takeOver);
  expect(await nodes.second.exec(sums)).toBe(onFirst);
  expect(onFirst.split('\n').length).toBeGreaterThan(70);

  // The disks themselves, without DRBD's own notes at their end.
  await nodes.second.exec('umount /run/site');
  const size = await nodes.second.exec('blockdev --getsize64 /dev/drbd0');
  const whole = (name: Name) => nodes[name].exec(`drbdadm down site; head -c ${size} /dev/ubda | sha256sum`);
  expect(await whole('second')).toBe(await whole('first'));

  task.meta.figure = `DRBD: the other node has the files after ${taken} s, the lost one is equal again after ${synced} s`;
  console.log(task.meta.figure);
});
