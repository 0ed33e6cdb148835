/** `bootdev lvs` on a real kernel (test/docker/kernel): the lesson's own commands, client and servers, in namespaces in place of containers. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Lesson } from '../../../src/answers/lesson.ts';
import { treeFile } from '../../../src/bundle/files.ts';
import type { Output } from '../../../src/io/command.ts';
import { type ChoiceFlags, readChoice } from '../../../src/lesson/choice.ts';
import type { Deps } from '../../../src/lesson/deps.ts';
import type { Lab } from '../../../src/lesson/machines.ts';
import { type Bench, measure, newBench } from '../../../src/lesson/measure.ts';
import { inKernel, type Kernel, startKernel } from '../kernel/kernel.ts';

const names = ['web-1', 'web-2', 'web-3'];
const address = (side: 'front' | 'back', machine: string) =>
  `10.${side === 'front' ? 88 : 89}.0.${['', 'gateway', 'director', 'client', ...names].indexOf(machine)}`;
const place = (machine: string, side: 'front' | 'back') => ({ address: address(side, machine), interface: side });

/** As machines.ts makes them of containers: a switch each for clients and servers. */
const cables = [
  'cable() { ip link add "$1-$2" type veth peer name "$2" netns "$1"; ip link set "$1-$2" master "$2" up; ip -n "$1" address add "$3/24" dev "$2"; ip -n "$1" link set "$2" up; }',
  ...['front', 'back'].map((side) => `ip link add ${side} type bridge; ip link set ${side} up`),
  ...['gateway', 'director', 'client', ...names].map((name) => `ip netns add ${name}; ip -n ${name} link set lo up`),
  ...['gateway', 'director', 'client'].map((name) => `cable ${name} front ${address('front', name)}`),
  ...['gateway', 'director', 'client', ...names].map((name) => `cable ${name} back ${address('back', name)}`),
  'ip netns exec director sysctl -qw net.ipv4.ip_forward=1 net.ipv4.vs.conntrack=1',
  ...names.flatMap((name) => [
    `ip -n ${name} route add default via ${address('back', 'gateway')}`,
    `ip netns exec ${name} sysctl -qw ${['arp_ignore=1', 'arp_announce=2', 'accept_local=1', 'rp_filter=0'].map((each) => `net.ipv4.conf.all.${each}`).join(' ')} net.ipv4.conf.default.rp_filter=0`,
    `ip netns exec ${name} unshare --uts sh -c 'hostname ${name}; exec haproxy -D -f /kernel/lesson.cfg'`,
  ]),
].join('\n');

const lab: Lab = {
  container: (machine) => machine,
  director: { front: place('director', 'front'), back: place('director', 'back') },
  client: { front: place('client', 'front'), back: place('client', 'back') },
  servers: names.map((name) => ({ name, address: address('back', name) })),
  networks: { front: '10.88.0.0/24', back: '10.89.0.0/24' },
  gateway: address('back', 'gateway'),
  iptables: 'iptables-legacy',
  close: async () => undefined,
};

/** `docker exec MACHINE COMMAND` as `ip netns exec` of the test kernel. What is held there ends with its client's input, when all are open. */
function depsOf(kernel: Kernel, client: string): Deps {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const exec = async (args: readonly string[]): Promise<Output> => {
    const [machine = '', ...command] = args.slice(args[1] === '-i' ? 2 : 1);
    const { code, output } = await kernel.run(`ip netns exec ${machine} ${command.map(quote).join(' ')}`);
    return { exitCode: code, stdout: output, stderr: code === 0 ? '' : output };
  };
  const io = {
    run: (_: string, args: readonly string[]) => exec(args),
    stream: async function* (_: string, args: readonly string[]) {
      const ended = await exec(args);
      yield Buffer.from(ended.stdout);
      return ended;
    },
    clock: { now: () => performance.now(), pause: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) },
  };
  return { io, sources: { docker: new Map([['lesson/client', Buffer.from(client)]]) } } as unknown as Deps;
}

let kernel: Kernel;
let bench: Bench;
let deps: Deps;
inKernel(async (image) => {
  const server = await readFile('docker/lesson/server.cfg');
  kernel = await startKernel(image, [{ path: 'kernel/lesson.cfg', ...treeFile(server) }]);
  await kernel.exec('modprobe -a bridge veth ip_vs ipip iptable_nat iptable_mangle xt_ipvs xt_mark');
  await kernel.exec(cables);
  deps = depsOf(kernel, await readFile('docker/lesson/client', 'utf8'));
  bench = newBench(lab);
  return kernel;
});

async function measured(flags: ChoiceFlags): Promise<Lesson> {
  let last: Lesson | undefined;
  const signal = new AbortController().signal;
  for await (const { lesson } of measure(deps, bench, readChoice(flags), { signal })) last = lesson;
  if (!last) throw new Error('nothing was measured');
  expect(last.sides.map(({ failed }) => failed)).toEqual(last.sides.map(() => 0));
  return last;
}

const counts = ({ sides }: Lesson) => sides.map(({ servers }) => servers.map(({ connections }) => connections));
const answers = ({ sides }: Lesson) => sides.flatMap(({ servers }) => servers.map(({ packetsOut }) => packetsOut > 0));

describe('each mode', () => {
  test.each([
    ['fullnat', address('back', 'director'), 'rip', true],
    ['nat', address('front', 'client'), 'rip', true],
    ['dr', address('back', 'client'), 'vip', false],
    ['tun', address('back', 'client'), 'vip', false],
  ] as const)('%s: the addresses that the drawing says, and the way back', async (mode, source, destination, back) => {
    const lesson = await measured({ mode, scheduler: 'wrr', load: 'short', connections: 20 });
    expect(counts(lesson)).toEqual([[15, 5]]);
    expect(answers(lesson)).toEqual([back, back]);
    const server = lesson.seen?.server ?? '';
    expect(lesson.seen).toEqual({
      ...{ server, source },
      destination: destination === 'vip' ? address('back', 'director') : address('back', server),
    });
    expect(lesson.packets.join('\n')).toContain(source);
  });
});

describe('what the lesson says of schedulers', () => {
  test('side by side: sed and nq with short connections give all to one server, each to another', async () => {
    expect(counts(await measured({ scheduler: 'sed,nq', load: 'short', connections: 40 }))).toEqual([
      [40, 0],
      [0, 40],
    ]);
  });

  test('held connections: by weight', async () => {
    const all = [60, 20];
    expect(counts(await measured({ scheduler: 'wlc,sed', load: 'held' }))).toEqual([all, all]);
    expect(counts(await measured({ scheduler: 'lc,rr', load: 'held' }))).toEqual([
      [40, 40],
      [40, 40],
    ]);
  });

  test('thirty sources are distributed by sh, thirty destinations by dh, and each keeps its server', async () => {
    const [sh] = counts(await measured({ scheduler: 'sh', load: 'sources', connections: 60, weights: '1,1,1' }));
    const [dh] = counts(await measured({ scheduler: 'dh', load: 'destinations', connections: 60, weights: '1,1,1' }));
    for (const servers of [sh, dh]) {
      expect(servers?.every((connections) => connections > 0 && connections % 2 === 0)).toBe(true); // two of each address
    }
  });

  test('sh counts weights', async () => {
    const [[heavy = 0, light = 0] = []] = counts(await measured({ scheduler: 'sh', load: 'sources', connections: 60 }));
    expect(heavy).toBeGreaterThan(1.5 * light);
  });
});
