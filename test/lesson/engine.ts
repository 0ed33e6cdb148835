/**
 * An engine for the lesson, in memory: containers and networks that it is told to make, and a director that gives connections to its servers in
 * turn, as rr does. What the docker client is asked is in `asked`.
 */
import type { Host } from '../../src/host/host.ts';
import type { Output } from '../../src/io/command.ts';
import type { Deps } from '../../src/lesson/deps.ts';

interface Service {
  servers: string[];
  counts: number[];
}

export interface FakeEngine {
  deps: Deps;
  asked: string[];
  /** Name of each container and network, and its owner. */
  containers: Map<string, string>;
  networks: Map<string, string>;
  services: Map<string, Service>;
  /** What the probe says; what the client hears in place of an answer. */
  script: { probe: string; answer?: string; fails?: RegExp };
  stop: AbortController;
}

const running = '4711 77 boot';
const valueAfter = (args: readonly string[], name: string) => args[args.indexOf(name) + 1] ?? '';

export function fakeEngine(): FakeEngine {
  const containers = new Map<string, string>();
  const networks = new Map<string, string>();
  const services = new Map<string, Service>();
  const asked: string[] = [];
  const script: FakeEngine['script'] = { probe: 'yes' };
  const stop = new AbortController();
  const said = (stdout = '', exitCode = 0): Output => ({ stdout, stderr: exitCode ? 'refused' : '', exitCode });

  function run(args: readonly string[]): Output {
    const line = args.join(' ');
    asked.push(line);
    if (script.fails?.test(line)) return said('', 1);
    const [verb, second] = args;
    const owner = valueAfter(args, '--label').split('=')[1] ?? '';
    const listed = (all: Map<string, string>) => [...all].map((row) => row.join('\t')).join('\n');
    if (verb === 'ps') return said(listed(containers));
    if (verb === 'network' && second === 'ls') return said(listed(networks));
    if (verb === 'network' && second === 'create') networks.set(args.at(-1) ?? '', owner);
    if (verb === 'network' && second === 'rm') for (const name of args.slice(2)) networks.delete(name);
    if (verb === 'network' && second === 'inspect') return said('172.18.0.0/16 \n172.19.0.0/16 \n');
    if (verb === 'rm') for (const name of args.slice(2)) containers.delete(name);
    if (verb === 'run' && args.includes('--rm')) return said(`${script.probe}\n`);
    if (verb === 'run') containers.set(valueAfter(args, '--name'), owner);
    if (verb === 'inspect')
      return said(
        args
          .slice(3)
          .map((_, at) => `172.18.0.${at + 2} 172.18.0.1|172.19.0.${at + 2} 172.19.0.1`)
          .join('\n'),
      );
    if (verb === 'exec') return said(exec(args.at(-1) ?? ''));
    return said();
  }

  function exec(command: string): string {
    if (command === 'address')
      return '1: lo inet 127.0.0.1/8\n2: eth0 inet 172.18.0.2/16\n3: eth1 inet 172.19.0.2/16\n';
    if (command.includes('echo iptables')) return 'iptables-nft\n';
    if (command.includes('--stats')) return stats();
    for (const [, name = '', server] of command.matchAll(/^ipvsadm -[Aa] -[tf] (\S+)(?: -r ([\d.]+))?/gm)) {
      const service = services.get(name) ?? { servers: [], counts: [] };
      if (server) service.servers.push(server);
      services.set(name, service);
    }
    for (const [, name = ''] of command.matchAll(/^ipvsadm -D -[tf] (\S+)/gm)) services.delete(name);
    return '';
  }

  const stats = () =>
    [...services]
      .map(([name, { servers, counts }]) => {
        const rows = servers.map((server, at) => `  -> ${server}:1  ${counts[at] ?? 0} ${5 * (counts[at] ?? 0)} 0 0 0`);
        return [`${name.includes(':') ? 'TCP' : 'FWM'}  ${name}  0 0 0 0 0`, ...rows].join('\n');
      })
      .join('\n');

  async function* stream(_: string, args: readonly string[], { pieces }: { pieces?: AsyncIterable<Uint8Array> } = {}) {
    const [load = '', connections = '', , port = '', destinations = ''] = args.slice(args.indexOf('client') + 1);
    const service = services.get(load === 'destinations' ? port : `${destinations}:${port}`);
    for (let number = 0; number < Number(connections); number++) {
      const at = number % (service?.servers.length ?? 1);
      if (service) service.counts[at] = (service.counts[at] ?? 0) + 1;
      yield Buffer.from(`${script.answer ?? `web-${at + 1} 172.19.0.2 172.19.0.${at + 4}`}\n`);
    }
    if (load === 'held') for await (const _piece of pieces ?? []) asked.push('released');
    return said();
  }

  let now = 0;
  const io = {
    run: async (_: string, args: readonly string[], options?: { signal?: AbortSignal }) => {
      if (options?.signal?.aborted) throw new Error('aborted');
      return run(args);
    },
    stream,
    docker: { imageExists: async () => true },
    process: { thisProcess: () => running, runningProcess: (line: string) => (line === running ? 4711 : undefined) },
    clock: {
      now: () => now,
      pause: async (ms: number) => {
        now += ms;
        await new Promise(setImmediate);
      },
    },
  };
  const files = ['roles/director/probe', 'lesson/client', 'lesson/server.cfg'];
  const deps = {
    ...{ io, packageRoot: '/', signal: stop.signal },
    host: { platform: 'linux', env: {} } as Host,
    sources: { docker: new Map(files.map((name) => [name, Buffer.from(name)])) },
  } as unknown as Deps;
  return { deps, asked, containers, networks, services, script, stop };
}
