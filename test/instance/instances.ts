/** Instances without AWS: clean Debian 13 with systemd in containers, on a network where nothing but a small AWS (aws.py) is reachable. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { treeFile } from '../../src/bundle/files.ts';
import { makeTar, type TarEntry } from '../../src/bundle/tar.ts';
import { baseTag } from '../../src/images/base-image.ts';
import { imageOf } from '../scenarios/images.ts';
import { docker } from '../scenarios/replica.ts';

/** What EC2's image of Debian 13 has and the slim one has not; a mirror is reachable while it is made, and never again. */
const instanceImage = 'bootdev/test-instance:trixie';
const recipe = `FROM ${baseTag}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
  systemd systemd-sysv dbus curl ca-certificates openssl e2fsprogs fdisk iproute2 procps python3-minimal >/dev/null \\
 && rm -rf /var/lib/apt/lists/* && systemctl mask systemd-resolved systemd-networkd systemd-udevd systemd-logind getty.target console-getty
RUN mkdir -p /etc/systemd/system.conf.d && printf '[Manager]\\nDefaultEnvironment=AWS_ENDPOINT_URL=http://aws AWS_EC2_METADATA_SERVICE_ENDPOINT=http://aws\\n' \\
  >/etc/systemd/system.conf.d/aws.conf
STOPSIGNAL SIGRTMIN+3
CMD ["/sbin/init"]
`;

interface Heard {
  Action?: string;
  Status?: string;
  LogicalResourceId?: string;
  UniqueId?: string;
  InstanceId?: string;
  secret?: string;
  putSecret?: string;
  target?: string;
  state?: string;
  by?: string;
  part?: string;
  deleted?: string;
  'MetricData.member.1.MetricName'?: string;
  'MetricData.member.1.Value'?: string;
  RoleArn?: string;
  put?: string;
  records?: string;
  refused?: string;
  authorization?: string;
  path?: string;
}

/** A file of the AWS in that container, a JSON object a line. */
const linesOf = async <Line>(container: string, file: string) =>
  (await docker('exec', container, 'cat', `/aws/${file}`))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

/** What it was asked for. */
export const heardBy = (container: string) => linesOf<Heard>(container, 'heard.jsonl');

/** Of an instance that mounts the shared files: Docker deps the device out, where EC2's kernel has it. */
export const fuse = ['--device', '/dev/fuse'];

export type Cloud = Awaited<ReturnType<typeof newCloud>>;

/** `cache`: host name of ElastiCache's configuration endpoint. */
export async function newCloud(cache: string) {
  await execa('docker', ['build', '-q', '-t', instanceImage, '-'], { input: recipe, env: { DOCKER_BUILDKIT: '1' } });
  const id = Math.random().toString(36).slice(2, 8);
  const network = `bootdev-cloud-${id}`;
  const containers: string[] = [];
  await docker('network', 'create', '--internal', network);
  const s3 = await imageOf('s3');
  if (!s3) throw new Error('the image bootdev/s3 was not made');
  const python = '/opt/localstack/bin/python';
  const aws = await docker(
    'create',
    '--no-healthcheck', // it is another program than the image's
    '--network',
    network,
    '--network-alias',
    'aws',
    '--network-alias',
    cache,
    '--entrypoint',
    python,
    s3,
    '/aws/aws.py',
  );
  containers.push(aws);
  await copy(aws, {
    'aws/aws.py': await readFile(join(import.meta.dirname, 'aws.py')),
    'aws/secrets.json': '{}',
    'aws/instances.json': '[]',
    'aws/heard.jsonl': '',
    'aws/log.jsonl': '',
    'aws/s3/.keep': '',
  });
  await docker('start', aws);

  const heard = () => heardBy(aws);

  return {
    network,
    /** Objects of the bucket, by key. */
    upload: (objects: Record<string, Buffer | string>) =>
      copy(aws, Object.fromEntries(Object.entries(objects).map(([key, bytes]) => [`aws/s3/${key}`, bytes]))),
    object: (key: string) => docker('exec', aws, 'cat', `/aws/s3/${key}`),
    bytes: async (key: string) =>
      Buffer.from((await execa('docker', ['exec', aws, 'cat', `/aws/s3/${key}`], { encoding: 'buffer' })).stdout),
    /** The keys below a folder of the bucket. */
    keys: async (folder: string) =>
      (await docker('exec', aws, 'sh', '-c', `cd /aws/s3 && find ${folder} -type f 2>/dev/null || true`))
        .split('\n')
        .filter(Boolean)
        .sort(),
    empty: (folder: string) => docker('exec', aws, 'rm', '-rf', `/aws/s3/${folder}`),
    secrets: (values: Record<string, Record<string, string>>) =>
      copy(aws, { 'aws/secrets.json': JSON.stringify(values) }),
    /** Addresses of the web machines that EC2 lists. */
    running: (addresses: string[]) => copy(aws, { 'aws/instances.json': JSON.stringify(addresses) }),
    /** Credentials without a session token, as the documentation's examples have them. */
    withoutToken: (without: boolean) => docker('exec', aws, ...(without ? ['touch'] : ['rm', '-f']), '/aws/no-token'),
    heard,
    /** What the machines sent to CloudWatch. */
    log: () => linesOf<{ group: string; stream: string; message: string }>(aws, 'log.jsonl'),
    /** A new instance that has systemd up and nothing else; `options`: further ones of `docker create`. */
    async launch(name: string, options: string[] = []) {
      // NET_ADMIN: an instance closes its metadata service to all but root.
      const systemd = [
        '--cap-add',
        'SYS_ADMIN',
        '--cap-add',
        'NET_ADMIN',
        '--tmpfs',
        '/run',
        '--tmpfs',
        '/run/lock',
        '--tmpfs',
        '/tmp:exec',
      ];
      const alias = ['--network', network, '--network-alias', name, '--hostname', name.split('.')[0] as string];
      // Of a name that nobody has yet Route 53 says so at once; Docker asks a server that nobody reaches.
      const names = ['timeout:1', 'attempts:1'].flatMap((option) => ['--dns-opt', option]);
      const container = await docker('create', ...systemd, ...alias, ...names, ...options, instanceImage);
      containers.push(container);
      await docker('start', container);
      return instance(container, (await heard()).length);
    },
    /** Another container of the test, removed with the rest. */
    adopt: (container: string) => void containers.push(container),
    async remove() {
      for (const container of containers.reverse())
        await execa('docker', ['rm', '-f', '-v', container], { reject: false });
      await docker('network', 'rm', network);
    },
  };
}

export type Instance = ReturnType<typeof instance>;

/** `since`: how much AWS had heard before it came. */
function instance(id: string, since: number) {
  /** Exit code and both outputs, whatever the code. */
  const run = (...command: string[]) => execa('docker', ['exec', id, ...command], { reject: false, all: true });
  const machine = {
    id,
    since,
    run,
    /** The command's output; throws when it fails. */
    exec: (...command: string[]) => docker('exec', id, ...command),
    write: (files: Record<string, Buffer | string>) => copy(id, files),
    /** Waits until systemd has started all there is. */
    async up() {
      for (const end = Date.now() + 30_000; ; await pause(200)) {
        if (/running|degraded/.test((await run('systemctl', 'is-system-running')).stdout)) return;
        if (Date.now() > end)
          throw new Error(`systemd did not come up: ${(await execa('docker', ['logs', id], { all: true })).all}`);
      }
    },
    /** Runs it as cloud-init runs UserData: once, as a service of the machine. */
    async boot(userData: string) {
      await machine.up();
      await copy(id, { 'root/user-data': userData });
      const started = performance.now();
      const service = ['systemd-run', '--quiet', '--wait', '--pipe', '--unit=user-data', 'bash', '/root/user-data'];
      const { exitCode, all } = await run(...service);
      const seconds = (performance.now() - started) / 1000;
      return { code: exitCode, log: `${all}\n${(await run('cat', '/var/log/bootdev-boot.log')).all}`, seconds };
    },
  };
  return machine;
}

export const tarGz = async (entries: Iterable<TarEntry>) => gzipSync(await makeTar(entries));

/** Files into a container, running or not; `#!` makes a program. */
export async function copy(container: string, files: Record<string, Buffer | string>): Promise<void> {
  const tree = Object.entries(files).map(([path, bytes]) => ({ path, ...treeFile(Buffer.from(bytes as string)) }));
  await execa('docker', ['cp', '-', `${container}:/`], { input: await makeTar(tree) });
}

/** Its id, as its metadata has it. */
export async function instanceOf({ id }: Instance): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = await docker('inspect', '-f', format, id);
  const digits = address.split('.').map((part) => Number(part).toString(16).padStart(4, '0'));
  return `i-0${digits.join('')}`;
}
