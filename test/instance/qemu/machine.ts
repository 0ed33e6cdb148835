/** A machine as EC2 starts it: Debian's image with its own kernel, cloud-init, udev and sshd, in QEMU, alone in a network with a small AWS. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { imageOf } from '../../scenarios/images.ts';
import { docker } from '../../scenarios/replica.ts';
import { copy, heardBy } from '../instances.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a test has measured, for docs/figures.md. */
    figure?: string;
  }
}

/** As `network` gives it out; aws.py makes the instance's id of it. */
const address = '10.20.0.10';
const instance = 'i-0000a00140000000a';

const part = (name: string) => readFile(join(import.meta.dirname, name));

/** QEMU, and what makes a disk, beside the Python and botocore of the s3 machine. */
const recipe = (s3: string) => `FROM ${s3}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
  qemu-system-x86 qemu-utils seabios ipxe-qemu iproute2 dnsmasq-base openssh-client openssl \\
  mmdebstrap mount fdisk dosfstools e2fsprogs >/dev/null && rm -rf /var/lib/apt/lists/*
ENTRYPOINT []
CMD []
`;

/** The tap device of `network`: what a container needs besides. */
const tap = ['--network', 'none', '--cap-add', 'NET_ADMIN', '--device', '/dev/net/tun'];

/**
 * The image with Debian's disk in it, made once (three minutes); it grows older than the archives of the machines' packages, as an image for
 * EC2 does. Or why there can be none here.
 */
export async function image(): Promise<{ ami: string } | { reason: string }> {
  if (arch() !== 'x64') return { reason: "Debian's image is made for amd64" };
  const s3 = await imageOf('s3');
  if (!s3) throw new Error('the image bootdev/s3 was not made');
  const [script, packages] = [await part('build-ami'), await part('../ami/packages')];
  const files = { 'aws/build-ami': script, 'aws/packages': packages };
  const hash = createHash('sha256').update(recipe(s3)).update(script).update(packages);
  const ami = `bootdev/test-ami:${hash.digest('hex').slice(0, 12)}`;
  const there = await execa('docker', ['image', 'inspect', ami], { reject: false });
  if (there.exitCode !== 0) {
    const input = { input: recipe(s3), env: { DOCKER_BUILDKIT: '1' } };
    const { stdout: tools } = await execa('docker', ['build', '--quiet', '-'], input);
    const id = await docker('create', '--cap-add', 'SYS_ADMIN', tools, '/aws/build-ami', '/aws/packages');
    try {
      await copy(id, files);
      await execa('docker', ['start', '--attach', id], { all: true });
      await docker('commit', '--change', 'CMD []', id, ami);
    } finally {
      await docker('rm', '--force', '--volumes', id);
    }
  }
  const tried = await execa('docker', ['run', '--rm', ...tap, ami, 'ip', 'tuntap', 'add', 'tap0', 'mode', 'tap'], {
    reject: false,
  });
  return tried.exitCode === 0 ? { ami } : { reason: `a container has no /dev/net/tun here: ${tried.stderr}` };
}

export type Machine = Awaited<ReturnType<typeof newMachine>>;

/** Off, with a blank volume of 1 GB that it has to ask for. `objects`: those of the bucket. */
export async function newMachine(ami: string, userData: string, objects: Record<string, Buffer | string>) {
  const id = await docker('create', ...tap, ami, '/aws/network');
  const upload = (files: typeof objects) =>
    copy(id, Object.fromEntries(Object.entries(files).map(([key, bytes]) => [`aws/s3/${key}`, bytes])));
  await copy(id, {
    'aws/aws.py': await part('../aws.py'),
    ...Object.fromEntries(
      await Promise.all(
        ['cloud.py', 'network', 'power-on'].map(async (name) => [`aws/${name}`, await part(name)] as const),
      ),
    ),
    'aws/user-data': userData,
    ...{ 'aws/secrets.json': '{}', 'aws/heard.jsonl': '' },
  });
  await upload(objects);
  await docker('start', id);
  const shell = (command: string) => docker('exec', id, 'bash', '-ec', command);
  await shell(
    'truncate -s 1G /aws/volume.raw; for key in operator other; do ssh-keygen -q -t ed25519 -N "" -f /root/$key; done',
  );

  /** What QEMU has ended with, once it has. */
  let ended: string | undefined;
  let off: Promise<void> = Promise.resolve();
  const heard = () => heardBy(id);
  const signals = async () =>
    (await heard())
      .filter(({ Action, UniqueId }) => Action === 'SignalResource' && UniqueId === instance)
      .map(({ LogicalResourceId, Status }) => `${LogicalResourceId} ${Status}`);

  return {
    instance,
    upload,
    object: (key: string) => docker('exec', id, 'cat', `/aws/s3/${key}`),
    heard,
    /** What Debian's image has installed, as `dpkg --get-selections` lists it. */
    packages: async () => (await shell('cat /ami/packages')).split('\n'),

    powerOn() {
      ended = undefined;
      off = execa('docker', ['exec', id, '/aws/power-on'], { reject: false, all: true }).then(({ all }) => {
        ended = all;
      });
    },
    /** Until it has ended, as by a reboot. */
    off: () => off,
    /** Seconds of this computer's processors since it was powered on: unlike those on the wall, no other's load is in them. */
    cpuSeconds: async () =>
      Number(await shell(`awk '{print int(($14 + $15) / '"$(getconf CLK_TCK)"')}' "/proc/$(cat /run/qemu.pid)/stat"`)),
    /** All that it has told CloudFormation, once it has told that much. */
    async signals(count: number): Promise<string[]> {
      for (const end = performance.now() + 40 * 60_000; ; await pause(5_000)) {
        const said = await signals();
        if (said.length >= count) return said;
        if (ended !== undefined) throw new Error(`the machine has ended: ${ended}`);
        if (performance.now() > end) throw new Error(`after 40 minutes it has told CloudFormation: ${said.join(', ')}`);
      }
    },
    /** The volume with more space. While the machine is off: QEMU tells no running one. */
    grow: (size: string) => shell(`truncate -s ${size} /aws/volume.raw`),

    /** SendSSHPublicKey: that user's key for the next minute, of `operator` or `other`. */
    sendKey: (user: string, key: string) => shell(`cp /root/${key}.pub /aws/operators/${user}`),
    /** Time goes by: the keys that were sent are too old. */
    forgetKeys: () => shell('touch -d "61 seconds ago" /aws/operators/*'),
    /** As `bootdev ssh` does it: the host's key is one of those that boot has uploaded. */
    async ssh(user: string, key: string, command: string) {
      await shell(`sed 's/^/${address} /' /aws/s3/reports/*/${instance}.keys >/root/known_hosts`);
      const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=60'];
      const given = [...options, 'UserKnownHostsFile=/root/known_hosts'].flatMap((option) => ['-o', option]);
      return execa('docker', ['exec', id, 'ssh', ...given, '-i', `/root/${key}`, `${user}@${address}`, command], {
        reject: false,
      });
    },

    /** Its console and what AWS heard, kept for a person. */
    async keepLogs() {
      const folder = await mkdtemp(join(tmpdir(), 'bootdev-qemu-'));
      for (const name of ['console.log', 'heard.jsonl', 'dnsmasq.log'])
        await execa('docker', ['cp', `${id}:/aws/${name}`, folder], { reject: false });
      const said = await execa('docker', ['logs', '--tail', '20', id], { reject: false, all: true });
      return `${said.all}\nthe machine's console: ${join(folder, 'console.log')}`;
    },
    remove: () => docker('rm', '--force', '--volumes', id),
  };
}
