/** The commands that make a director and its servers: what the lesson shows is what it runs. */
import type { LessonCommand } from '../answers/lesson.ts';
import type { Mode, Scheduler } from './choice.ts';

/** Names and addresses of the lesson's machines. */
export interface Machines {
  /** The director's, on the clients' side and on the servers'. */
  director: { front: Place; back: Place };
  client: { front: Place; back: Place };
  servers: readonly Server[];
  /** The engine's own router on the servers' network: their way out when the director is not. */
  gateway: string;
  /** Of the kernel's two interfaces the one that it has: iptables-nft or iptables-legacy. */
  iptables: string;
}

export interface Place {
  address: string;
  interface: string;
}

interface Server {
  name: string;
  address: string;
}

/** The side where clients ask: nat is between two networks, the other modes have one. */
export const sideOf = (mode: Mode) => (mode === 'nat' ? 'front' : 'back');

/** How ipvsadm calls the mode; fullnat is nat with a rule of the firewall. */
const flags: Record<Mode, string> = { fullnat: '-m', nat: '-m', dr: '-g', tun: '-i' };

const masquerade = 'POSTROUTING -m ipvs --vdir ORIGINAL --vmethod MASQ -j MASQUERADE';

/** What a mode needs beside the table. A container may not set a sysctl: the engine has set them (machines.ts), and here each is looked at. */
export function enter(mode: Mode, machines: Machines): LessonCommand[] {
  const { director, iptables } = machines;
  const vip = director[sideOf(mode)].address;
  const each = (...commands: string[]) =>
    machines.servers.flatMap(({ name }) => commands.map((command) => ({ on: name, command })));
  switch (mode) {
    case 'fullnat':
      return [
        { on: 'director', command: 'grep -x 1 /proc/sys/net/ipv4/vs/conntrack' },
        { on: 'director', command: `${iptables} -t nat -A ${masquerade}` },
      ];
    case 'nat':
      return [
        { on: 'director', command: 'grep -x 1 /proc/sys/net/ipv4/ip_forward' },
        ...each(`ip route replace default via ${director.back.address}`),
      ];
    case 'dr':
      return each('grep -x 1 /proc/sys/net/ipv4/conf/all/arp_ignore', `ip address add ${vip}/32 dev lo`);
    case 'tun':
      return each('ip link set tunl0 up', `ip address add ${vip}/32 dev tunl0`);
  }
}

/** The way back from it. */
export function leave(mode: Mode, { servers, director, gateway, iptables }: Machines): LessonCommand[] {
  const each = (command: string) => servers.map(({ name }) => ({ on: name, command }));
  switch (mode) {
    case 'fullnat':
      return [{ on: 'director', command: `${iptables} -t nat -D ${masquerade}` }];
    case 'nat':
      return each(`ip route replace default via ${gateway}`);
    case 'dr':
      return each(`ip address del ${director.back.address}/32 dev lo`);
    case 'tun':
      return each(`ip address del ${director.back.address}/32 dev tunl0`);
  }
}

interface Service {
  scheduler: Scheduler;
  mode: Mode;
  weights: readonly number[];
  port: number;
  /** By a mark of the firewall: several addresses are one service. */
  marked: boolean;
}

/** As ipvsadm names the service. */
export const nameOf = ({ mode, port, marked }: Pick<Service, 'mode' | 'port' | 'marked'>, { director }: Machines) =>
  marked ? String(port) : `${director[sideOf(mode)].address}:${port}`;

const selector = (service: Service, machines: Machines) =>
  `${service.marked ? '-f' : '-t'} ${nameOf(service, machines)}`;

/** Adds a service with its servers. */
export function add(service: Service, machines: Machines): LessonCommand[] {
  const { scheduler, mode, weights, port, marked } = service;
  const selected = selector(service, machines);
  const mark = `${machines.iptables} -t mangle -A PREROUTING -p tcp --dport ${port} -j MARK --set-mark ${port}`;
  return [
    ...(marked ? [mark] : []),
    `ipvsadm -A ${selected} -s ${scheduler}`,
    ...weights.map((weight, at) => {
      const address = machines.servers[at]?.address;
      return `ipvsadm -a ${selected} -r ${address}${marked ? '' : `:${port}`} ${flags[mode]} -w ${weight}`;
    }),
  ].map((command) => ({ on: 'director', command }));
}

export function remove(service: Service, machines: Machines): LessonCommand[] {
  return [{ on: 'director', command: `ipvsadm -D ${selector(service, machines)}` }];
}

export const look: LessonCommand = { on: 'director', command: 'ipvsadm -L -n --stats --exact' };

/** Thirty more addresses in the network of another one: as clients that ask from (.100 …), or as what a director answers at (.150 …). */
export function spare(network: string, of: 'sources' | 'destinations', count: number): string[] {
  const [, a, b, c, d, bits] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(network)?.map(Number) ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined || bits === undefined || bits > 24)
    return [];
  const last = ((a << 24) | (b << 16) | (c << 8) | d | (2 ** (32 - bits) - 1)) >>> 0;
  const first = last - 255 + (of === 'sources' ? 100 : 150);
  return Array.from({ length: count }, (_, at) => {
    const number = first + at;
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
  });
}

/** One line of a shell for all of them. */
export function addAddresses(on: string, addresses: readonly string[], device: string): LessonCommand {
  const [first = '', last = ''] = [addresses[0], addresses.at(-1)];
  const block = first.slice(0, first.lastIndexOf('.') + 1);
  const numbers = `{${first.slice(block.length)}..${last.slice(block.length)}}`;
  return { on, command: `for n in ${numbers}; do ip address replace ${block}$n/32 dev ${device}; done` };
}
