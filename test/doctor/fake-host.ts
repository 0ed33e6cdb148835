/**
 * A machine in memory. Its state says what is installed; `docker`, `apt-get indextargets` answer from it with the words
 * the real programs use; a remedy's script changes it (installs, starts) unless `broken` holds the machine as it is.
 */
import { distro, type Host } from '../../src/host/host.ts';
import type { Output, Run } from '../../src/io/command.ts';

interface State {
  client?: string;
  dockerd: boolean;
  /** Version of the engine that answers. */
  engine?: string;
  denied: boolean;
  compose?: string;
  buildx?: string;
  programs: string[];
  images: string[];
  registry: boolean;
  broken: boolean;
  freeSpace: number;
}

export const osRelease = {
  debian12: 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
  debian13: 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n',
  ubuntu: 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n',
  fedora: 'ID=fedora\nVERSION_ID=42\n',
};

/** A Debian 12 machine, root, without systemd, on which nothing is missing. */
export function fakeHost(changes: Partial<State> = {}, about: Partial<Host> = {}) {
  const state: State = {
    client: '28.2.2',
    dockerd: true,
    engine: '20.10.24+dfsg1',
    denied: false,
    compose: '2.26.1-4',
    buildx: '0.13.1+ds1',
    programs: [],
    images: ['debian:trixie-slim'],
    registry: false,
    broken: false,
    freeSpace: 80e9,
    ...changes,
  };
  const ran: string[] = [];
  const host: Host = {
    platform: 'linux',
    distro: distro(osRelease.debian12),
    root: true,
    systemd: false,
    env: {},
    memory: 8e9,
    run: async (command, args) => answer(command, args, state),
    async *follow(_command, args) {
      const script = args.at(-1) ?? '';
      ran.push(script);
      yield 'working';
      if (!state.broken) change(script, state);
      return done('');
    },
    has: async (program) => (program === 'dockerd' ? state.dockerd : state.programs.includes(program)),
    read: async () => undefined,
    freeSpace: async () => state.freeSpace,
    ...about,
  };
  return { host, state, ran };
}

/** Nothing of Docker is there. */
export const bare: Partial<State> = {
  client: undefined as never,
  dockerd: false,
  engine: undefined as never,
  compose: undefined as never,
  buildx: undefined as never,
  images: [],
};

const done = (stdout: string): Output => ({ stdout, stderr: '', exitCode: 0 });
const failed = (stderr: string, stdout = '', exitCode = 1): Output => ({ stdout, stderr, exitCode });

function answer(command: string, args: Parameters<Run>[1], state: State): Output {
  if (command === 'apt-get') {
    return done(
      'http://other.example/repo/ main bookworm bookworm Other\nhttp://mirror.example/debian/ main bookworm bookworm Debian',
    );
  }
  if (!state.client) return failed('docker: not found', '', 127);
  const words = args.slice(0, 2).join(' ');
  if (args[0] === 'version') return version(state);
  if (words === 'compose version')
    return state.compose ? done(state.compose) : failed("docker: 'compose' is not a docker command.");
  if (words === 'buildx version')
    return state.buildx ? done(`github.com/docker/buildx ${state.buildx} x`) : failed("docker: 'buildx' is not");
  if (!state.engine) return failed('Cannot connect to the Docker daemon');
  if (args[0] === 'info') return done('{"DockerRootDir":"/var/lib/docker","MemTotal":8000000000}');
  if (words === 'image inspect')
    return state.images.includes(args.at(-1) ?? '') ? done('sha256:1') : failed('No such image');
  if (words === 'manifest inspect') return state.registry ? done('{}') : failed('no such host');
  throw new Error(`the fake machine does not know: ${command} ${args.join(' ')}`);
}

function version({ client, engine, denied }: State): Output {
  const json = (server: unknown) => JSON.stringify({ Client: { Version: client, Context: 'default' }, Server: server });
  if (denied) return failed('permission denied while trying to connect to the Docker daemon socket', json(null));
  if (!engine) return failed('Cannot connect to the Docker daemon at unix:///var/run/docker.sock.', json(null));
  return done(json({ Version: engine }));
}

function change(script: string, state: State) {
  if (script.includes('docker.io')) {
    state.dockerd = true;
    state.client ??= '20.10.24+dfsg1';
  }
  if (/ dockerd --log|systemctl enable --now docker/.test(script)) state.engine = '20.10.24+dfsg1';
  if (/docker-compose(-v2)? docker-buildx/.test(script)) {
    state.compose = '2.26.1-4';
    state.buildx = '0.13.1+ds1';
  }
  if (script.includes('mmdebstrap')) state.programs.push('mmdebstrap');
}
