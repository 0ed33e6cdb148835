/** The lesson's machines: a client, a director and servers, each a container with a network of its own. No site, no compose. */
import type { Event } from '../events.ts';
import { step } from '../steps.ts';
import type { Choice } from './choice.ts';
import type { Machines, Place } from './commands.ts';
import { type Deps, type Docker, dockerOf, fileOf } from './deps.ts';
import { labelOf, removeAbandoned, removeAll } from './leftovers.ts';
import { refuseWhereImpossible } from './probe.ts';

export interface Lab extends Machines {
  /** Name of a machine's container. */
  container: (machine: string) => string;
  /** Network of the clients' side and of the servers', as 172.18.0.0/16. */
  networks: { front: string; back: string };
  close: () => Promise<void>;
}

/**
 * Looks whether this engine's kernel can distribute connections, and starts the machines. `close` deletes them; so does whoever comes next
 * where this process was killed. Throws UserError where the kernel cannot.
 */
export async function* openLab(
  deps: Deps,
  image: string,
  { schedulers, weights }: Pick<Choice, 'schedulers' | 'weights'>,
): AsyncGenerator<Event, Lab> {
  yield* removeAbandoned(deps);
  const docker = dockerOf(deps);
  const { signal, io } = deps;
  const id = io.process.thisProcess();
  const prefix = `bootdev-lvs-${id.split(' ')[0]}`;
  for (const scheduler of schedulers) await refuseWhereImpossible(deps, image, scheduler);
  try {
    const text = `director, client, ${weights.length} servers`;
    return yield* step({ id: 'machines', text }, async () => {
      const names = weights.map((_, at) => `web-${at + 1}`);
      const networks = { front: `${prefix}-front`, back: `${prefix}-servers` };
      for (const network of Object.values(networks)) {
        // A bridge's own masquerading would give packets that the director passes on a third address.
        const options = ['-o', 'com.docker.network.bridge.enable_ip_masquerade=false', ...labelOf(id)];
        await docker(['network', 'create', ...options, network], { signal });
      }
      const start = async (machine: string, own: string[], [program = '', ...words]: string[]) => {
        const common = ['--detach', '--init', '--no-healthcheck', ...labelOf(id)];
        const names = ['--hostname', machine, '--name', `${prefix}-${machine}`];
        const limits = ['--cap-drop=ALL', '--security-opt=no-new-privileges', '--memory=128m', '--pids-limit=256'];
        const args = [...common, ...names, ...limits, ...own, '--entrypoint', program, image, ...words];
        await docker(['run', ...args], { signal });
      };
      const idle = ['sleep', 'infinity'];
      const serve = ['bash', '-c', `exec haproxy -f <(cat <<'END'\n${fileOf(deps, 'lesson/server.cfg')}\nEND\n)`];
      await Promise.all([
        start('director', ['--network', networks.front, ...directorOptions], idle),
        start('client', ['--network', networks.back, '--cap-add', 'NET_ADMIN'], idle),
        ...names.map((name) => start(name, ['--network', networks.back, ...serverOptions], serve)),
      ]);
      await docker(['network', 'connect', networks.back, `${prefix}-director`], { signal });
      await docker(['network', 'connect', networks.front, `${prefix}-client`], { signal });
      const lab = await describe(docker, { prefix, networks, names, signal });
      await untilServing(docker, lab, signal);
      return { ...lab, close: () => removeAll(deps, id) };
    });
  } catch (error) {
    await removeAll(deps, id);
    throw error;
  }
}

/** As compose/lvs.yaml has them. iptables needs NET_RAW where the kernel has only its old interface. */
const directorOptions = [
  ...['--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW'],
  ...['--sysctl', 'net.ipv4.ip_forward=1', '--sysctl', 'net.ipv4.vs.conntrack=1'],
];

/** For all modes: compose/lvs-dr.yaml and lvs-tun.yaml say why. */
const serverOptions = [
  ...['--cap-add', 'NET_ADMIN'],
  ...['arp_ignore=1', 'arp_announce=2', 'accept_local=1', 'rp_filter=0'].flatMap((each) => [
    '--sysctl',
    `net.ipv4.conf.all.${each}`,
  ]),
  ...['--sysctl', 'net.ipv4.conf.default.rp_filter=0'],
];

interface Described {
  prefix: string;
  networks: { front: string; back: string };
  names: readonly string[];
  signal: AbortSignal;
}

async function describe(docker: Docker, { prefix, networks, names, signal }: Described): Promise<Omit<Lab, 'close'>> {
  const container = (machine: string) => `${prefix}-${machine}`;
  const machines = ['director', 'client', ...names];
  const address = (network: string) =>
    `{{with index .NetworkSettings.Networks "${network}"}}{{.IPAddress}} {{.Gateway}}{{end}}`;
  const format = `${address(networks.front)}|${address(networks.back)}`;
  const said = await docker(['inspect', '--format', format, ...machines.map(container)], { signal });
  const found = new Map(
    said
      .trim()
      .split('\n')
      .map((line, at) => [machines[at], line.split('|').map((part) => part.split(' '))]),
  );
  const subnets = await docker(
    ['network', 'inspect', '--format', '{{range .IPAM.Config}}{{.Subnet}} {{end}}', networks.front, networks.back],
    { signal },
  );
  const subnet = (line: number) =>
    subnets
      .split('\n')
      [line]?.split(' ')
      .find((each) => !each.includes(':')) ?? '';
  const places = async (machine: string): Promise<{ front: Place; back: Place }> => {
    const devices = await docker(['exec', container(machine), 'ip', '-4', '-o', 'address'], { signal });
    const place = (side: number): Place => {
      const address = found.get(machine)?.[side]?.[0] ?? '';
      const device = devices
        .split('\n')
        .find((line) => line.includes(` ${address}/`))
        ?.split(/\s+/)[1];
      return { address, interface: device ?? 'eth0' };
    };
    return { front: place(0), back: place(1) };
  };
  const [director, client, iptables] = await Promise.all([
    places('director'),
    places('client'),
    docker(
      [
        'exec',
        container('director'),
        'sh',
        '-c',
        'iptables-nft -t nat -N lesson 2>/dev/null && iptables-nft -t nat -X lesson && echo iptables-nft || echo iptables-legacy',
      ],
      { signal },
    ),
  ]);
  return {
    ...{ container, director, client, iptables: iptables.trim() },
    networks: { front: subnet(0), back: subnet(1) },
    servers: names.map((name) => ({ name, address: found.get(name)?.[1]?.[0] ?? '' })),
    gateway: found.get('web-1')?.[1]?.[1] ?? '',
  };
}

async function untilServing(docker: Docker, { container, servers }: Omit<Lab, 'close'>, signal: AbortSignal) {
  const addresses = servers.map(({ address }) => address).join(' ');
  const script = `for server in ${addresses}; do curl -s -o /dev/null --retry 60 --retry-delay 1 --retry-connrefused "http://$server:8001/" || exit; done`;
  await docker(['exec', container('client'), 'sh', '-c', script], { signal });
}
