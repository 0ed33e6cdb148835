/** An LVS in the test kernel: directors, the machines behind them and visitors, all on one network, with the product's own bundles. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { type Tree, treeFile } from '../../../src/bundle/files.ts';
import type { TarEntry } from '../../../src/bundle/tar.ts';
import { readFolder } from '../../../src/io/folder.ts';
import type { Kind } from '../../../src/machines/table.ts';
import { targetFile } from '../../../src/machines/target.ts';
import { completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';
import { startKernel } from './kernel.ts';

/** What became of a visitor's request. */
export interface Request {
  /** Seconds after the first; and until there was an answer, or none. */
  at: number;
  took?: number;
  /** The web machine that answered, and whom it was told to be the visitor. */
  server?: string;
  visitor?: string;
  error?: string;
  to?: string;
  from?: string;
  /** Of the held ones. */
  connection?: number;
}

/** What visitors do (visitor.py). */
interface LoadOptions {
  requests: number;
  to?: readonly string[];
  from?: readonly string[];
  port?: number;
  tls?: boolean;
  every?: number;
  held?: string;
  again?: number;
  patience?: number;
}

type Balancer = NonNullable<SettingsInput['balancer']>;

const network = '10.77.0';
const addresses: Record<string, string> = {
  lb: `${network}.10`,
  'director-1': `${network}.11`,
  'director-2': `${network}.12`,
  ...Object.fromEntries([1, 2, 3].map((number) => [`tls-${number}`, `${network}.2${number}`])),
  ...Object.fromEntries([1, 2, 3].map((number) => [`web-${number}`, `${network}.3${number}`])),
};
const addressesOf = (kind: 'tls' | 'web') => [1, 2, 3].map((number) => addresses[`${kind}-${number}`] ?? '');
/** Which two directors share. */
export const shared = `${network}.254`;
export const lb = addresses.lb ?? '';
const thirty = (first: number) => Array.from({ length: 30 }, (_, index) => `${network}.${first + index}`);
/** Thirty visitors; thirty addresses that they may ask for. */
export const sources = thirty(100);
export const destinations = thirty(130);

export const file = (path: string, content: Buffer | string): TarEntry => ({
  path,
  ...treeFile(Buffer.from(content as string)),
});
/** A machine's bundle as it is on the volume of that name. */
export const bundleFiles = ({
  digest,
  manifest,
  tree,
}: {
  digest: string;
  manifest: Buffer;
  tree: Tree;
}): TarEntry[] => [
  ...[...tree].map(([path, entry]) => ({ path: `bundle/${digest}/${path}`, ...entry })),
  file(`bundle/${digest}.manifest`, manifest),
];

/** What a director's container has of the kernel. */
export async function sysctls(): Promise<string[]> {
  const { services } = parse(await readFile('compose/lvs-director.yaml', 'utf8'));
  return Object.entries(services.lb.sysctls).map(([name, value]) => `${name}=${value}`);
}

export type Lvs = Awaited<ReturnType<typeof startLvs>>;

/** Web machines and the tls machines before them run; no director does yet. */
export async function startLvs(image: string, servers = 3) {
  const docker = await readFolder('docker');
  const target = targetFile({ WEB_HOST: 'web', SITE_URL: 'https://site.localhost' });
  const names = Object.entries(addresses).map(([name, address]) => `${address} ${name} ${name.replace(/-\d$/, '')}\n`);
  const kernel = await startKernel(image, [
    file('bundle/targets/test.env', target),
    file('bundle/names', names.join('')),
  ]);
  await kernel.exec(`
    mkdir -p /run/secrets/lb && cd /run/secrets/lb
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout key -out certificate
    cat key certificate >site.pem
    modprobe -a bridge veth ip_vs iptable_nat iptable_mangle xt_ipvs xt_mark
    network web ${addressesOf('web').join(' ')}
    network visitor ${network}.99 ${sources.join(' ')}
    ip netns exec web haproxy -D -f /kernel/web.cfg`);

  const sent = new Set<string>();
  /** Its bundle is on the machine. */
  async function bundleOf(kind: Kind, balancer: Balancer): Promise<string> {
    const settings = completeSettings({ web: { count: servers }, balancer: { kind: 'lvs', ...balancer } });
    const made = makeBundle(settings, docker).machines.get(kind);
    if (!made) throw new Error(`no ${kind} machine in the bundle`);
    if (!sent.has(made.digest)) await kernel.add(bundleFiles(made));
    sent.add(made.digest);
    return made.digest;
  }

  /** A machine of that name, as its container would be started; a director has its table before this ends. */
  async function start(name: string, balancer: Balancer = {}): Promise<void> {
    const kind = name.replace(/-\d$/, '') as Kind;
    const digest = await bundleOf(kind, balancer);
    const more = kind === 'tls' ? [] : await sysctls();
    await kernel.exec(`machine start ${name} ${kind} ${addresses[name]} ${digest} test ${more.join(' ')}`);
    const isReady =
      kind === 'tls'
        ? 'curl -fs localhost:83/-/healthz'
        : `[ "$(ipvsadm -L -n | grep -c -- "->.*:80 ")" = ${servers} ]`;
    await kernel.exec(`machine wait ${name} '${isReady}'`);
  }
  for (let number = 1; number <= servers; number++) await start(`tls-${number}`);

  const exec = (name: string, command: string) => kernel.exec(`machine exec ${name} ${command}`);
  const visitors = (asked: LoadOptions) =>
    `ip netns exec visitor python3 /kernel/visitor.py '${JSON.stringify(asked)}'`;
  let holding = 0;

  return {
    kernel,
    start,
    exec,
    /** Other settings for a director's table, without the rest of `up`: it has that table before this ends. */
    async choose(name: string, scheduler: string, weights: readonly number[]): Promise<void> {
      const rows = addressesOf('tls').map((address, index) => `-r ${address}:80 -m -w ${weights[index] ?? 1}`);
      await exec(
        name,
        `sed -i "s/^SCHEDULER=.*/SCHEDULER=${scheduler}/; s/^WEIGHTS=.*/WEIGHTS='${weights.join(' ')}'/" /etc/bootdev/current/etc/lvs/lvs.conf`,
      );
      const all = [`:80 -s ${scheduler}`, ...rows].map((row) => `ipvsadm -S -n | grep -q -- "${row}"`);
      await kernel.exec(`machine wait ${name} '${all.join(' && ')}'`);
    },
    /** As `up` gives a running machine another bundle. */
    async apply(name: string, balancer: Balancer): Promise<void> {
      const digest = await bundleOf(name.replace(/-\d$/, '') as Kind, balancer);
      await exec(name, `/bundle/${digest}/bin/machine apply ${digest} test`);
    },
    kill: (name: string) => kernel.exec(`machine kill ${name}`),
    log: (name: string) => kernel.exec(`cat /run/logs/${name}`),
    /** What became of each request, once all are done. */
    visit: async (asked: LoadOptions): Promise<Request[]> => JSON.parse(await kernel.exec(visitors(asked))),
    /** The same, and a script of the kernel that begins and ends meanwhile. */
    async meanwhile(asked: LoadOptions, script: string): Promise<{ requests: Request[]; output: string }> {
      const output = await kernel.exec(`
        ${visitors(asked)} >/run/visits &
        visits=$!
        ${script}
        kill -0 $visits
        wait $visits`);
      return { requests: JSON.parse(await kernel.exec('cat /run/visits')), output };
    },
    /** The same; their connections stay until `release`. */
    async hold(asked: LoadOptions): Promise<{ requests: Request[]; release: () => Promise<unknown> }> {
      const file = `/run/held-${++holding}`;
      const requests = await kernel.exec(`
        ${visitors({ ...asked, held: file })} >/dev/null 2>&1 &
        echo $! >${file}.pid
        until [ -e ${file} ]; do sleep 0.1; done
        cat ${file}`);
      return {
        requests: JSON.parse(requests),
        release: () =>
          kernel.exec(`kill $(cat ${file}.pid); while [ -e /proc/$(cat ${file}.pid) ]; do sleep 0.1; done`),
      };
    },
    /**
     * Other addresses of a director as one service, by a mark of the firewall; ipvsadm names it by that mark. A site has one address, so no setting makes
     * this.
     */
    async mark(director: string, mark: number, scheduler: string, weights: readonly number[]): Promise<void> {
      const servers = addressesOf('tls').map((address, index) => `-r ${address} -m -w ${weights[index]}`);
      const commands = [
        ...destinations.map((address) => `ip address replace ${address}/32 dev eth0`),
        `iptables-legacy -t mangle -A PREROUTING -d ${network}.128/26 -j MARK --set-mark ${mark}`,
        `ipvsadm -A -f ${mark} -s ${scheduler}`,
        ...servers.map((server) => `ipvsadm -a -f ${mark} ${server}`),
      ];
      await exec(director, `bash -euc '${commands.join('\n')}'`);
    },
    /** Connections so far as the kernel counts them: by the number of the machine. */
    async stats(director: string, port = 80): Promise<number[]> {
      const table = await exec(director, 'ipvsadm -L -n --stats --exact');
      return machinesIn(table, port);
    },
    off: () => kernel.off(),
  };
}

/** The first column of figures in a table of ipvsadm, in the order of the machines' numbers; 0 for one that is not in it. */
function machinesIn(table: string, port: number): number[] {
  const rows = [...table.matchAll(/-> 10\.77\.0\.2(\d):(\d+) +(\d+)/g)].filter((row) => Number(row[2]) === port);
  const found = new Map(rows.map(([, number, , figure]) => [Number(number), Number(figure)]));
  return [1, 2, 3].map((number) => found.get(number) ?? 0);
}

/** How many requests each web machine has answered. */
export function answered(requests: readonly Request[]): number[] {
  const lost = requests.find(({ error }) => error);
  if (lost) throw new Error(`a request was lost: ${JSON.stringify(lost)}`);
  return addressesOf('web').map((address) => requests.filter(({ server }) => server === address).length);
}
