/** A Docker engine in memory, with the computer it is on: see README.md for what it does as the real one and what it leaves out. */
import { setImmediate } from 'node:timers/promises';
import type { Host } from '../../src/host/host.ts';
import type { Container } from '../../src/io/docker.ts';
import { type Io, makeIo } from '../../src/io/io.ts';
import type { Visit, Visited } from '../../src/io/network.ts';
import { fakeHost } from '../doctor/fake-host.ts';
import { fakeRun } from './engine/client.ts';
import { fakeCompose } from './engine/compose.ts';
import type { Service } from './engine/compose-files.ts';
import { type FakeContainer, machineName } from './engine/container.ts';
import { fakeDocker } from './engine/docker.ts';
import { boot, check } from './engine/machine.ts';
import { fakeStream, type Warmer } from './engine/stream.ts';
import type { FakeVolume } from './engine/volumes.ts';

export class FakeEngine {
  readonly containers: FakeContainer[] = [];
  readonly volumes = new Map<string, FakeVolume>();
  /** Tag → id. */
  readonly images = new Map<string, string>([['debian:trixie-slim', 'sha256:debian']]);
  /** What changed something, in order: 'build web', 'load', 'create web-1', 'start web-1', 'apply web-1' … */
  readonly did: string[] = [];

  /** Containers of `run`: what each runs, and what of the computer it has. */
  readonly tools: { id: string; project: string; holder: string; command: string[]; mounts: unknown[] }[] = [];
  /** What a tool does to the folder, and how it ends. */
  toolRuns: (tool: { command: string[]; mounts: unknown[] }) => Promise<number> = async () => 0;

  /** Where the client's engine is. */
  address = 'unix:///var/run/docker.sock';

  /** What the site's user cannot read in the folder that visitors reach. */
  unreadable = '';
  /** What an attached command ends with; more than 128: its client did, by a signal. */
  attachedCode = 0;
  /** Why the site cannot run a program of its own. */
  brokenSite = '';

  /** Every compose command, also one that found nothing to do. */
  readonly commands: string[] = [];

  // The computer.
  memory = 16_384;
  /** Whether a container may mount a file system (GlusterFS). */
  canMount = true;
  /** What its kernel says of IPVS. */
  ipvs = 'yes';
  /** Ports that other programs listen on. */
  readonly taken = new Set<number>();
  /** Ports that another program takes before the engine binds them. */
  readonly takenMeanwhile = new Set<number>();
  /** Nothing that is published answers from here. */
  firewall = false;
  /** Host name → addresses. */
  readonly names = new Map<string, string[]>();
  /** Days added to the engine's date: certificates end. */
  days = 0;

  // What goes wrong, by machine.
  /** What is loaded finds no space. */
  diskIsFull = false;
  /** Never healthy. */
  readonly unhealthy = new Set<string>();
  /** Takes new files, and is not healthy with them: with this text in one of them. */
  readonly unhealthyWith = new Map<string, string>();
  /** Ends with new files, as soon as it has taken them, and boots again: what it logs. */
  readonly crashingReloads = new Map<string, string>();
  /** Cannot activate files that passed its check: what its program says. */
  readonly failingReloads = new Map<string, string>();
  /** What the database machine says to `data.sh last`. */
  lastOfData = '';
  /** What the bucket has of releases: assets.json. */
  assets = '{}';
  /** Ends as soon as it has booted. */
  readonly crashing = new Map<string, { exitCode: number; log: string }>();
  /** What the site answers, by path; else 200. */
  readonly pages = new Map<
    string,
    { status: number; body?: string; location?: string; headers?: Record<string, string> }
  >();
  /** Gives no answer in time, so many times. */
  readonly busy = new Map<string, number>();
  /** By service: what its build says before it fails. */
  readonly brokenBuilds = new Map<string, string[]>();
  /** What an image consists of, as docker/lock/sums says it. */
  readonly packages = new Map<string, string>();
  /** Images that were asked for it. */
  readonly asked: string[] = [];
  /** What the site on a web machine sees of each part: `bootdev features` asks. */
  readonly answers = new Map<string, { state: string; text: string; names?: string[] }>();
  /** What memory.sh of a web machine measures. */
  readonly measured = new Map<string, string>();
  /** Why a role's check refuses a file; undefined: it does not. */
  refuses: (path: string, text: string) => string | undefined = () => undefined;

  /** What the site was installed with; undefined: its database has no tables. */
  installed: Record<string, string> | undefined;
  /** Counts a machine that is gone, so that it does not let go of a network (seen on 20.10 under load). */
  keepsNetwork = false;

  /** What an installation says that fails. */
  installFails = '';

  /** Addresses that each machine's micro-cache has a page of. */
  readonly stored = new Map<string, string[]>();
  /** What the door for purges answers in place of its own answer: status, then text. */
  door: { status: number; text: string } | undefined;

  /** By web machine: the secrets of `bootdev why` that it knows, and what each is for. */
  readonly told = new Map<string, Map<string, string>>();
  /** The machines have no program for `bootdev why`. */
  toolsAreOld = false;
  /** What a machine's roles say of this moment. */
  readonly says = new Map<string, string>();
  /** What lib/cron/list says of a job's runs; of all jobs by the name ''. */
  jobs = new Map<string, string>();
  /** What the pre-warmer says on the admin machine, and how it ends; what it keeps of its last run. */
  warmer: Warmer = { lines: [], exitCode: 0, stderr: '', kept: '' };

  /** Addresses that the balancer gives no new requests. */
  readonly drained = new Set<string>();
  /** Milliseconds on the engine's clock. */
  time = 0;
  private ids = 0;

  /** Milliseconds after its start that a machine is healthy. */
  private readonly bootTime = 2_000;

  newId = () => `sha256:${String(++this.ids).padStart(8, '0')}`;
  date = () => new Date(Date.now() + this.days * 86_400_000);

  /** What a program under test gets in place of this computer's own. Files are real. */
  io(): Io {
    const { files, takeLock, process, forward } = makeIo();
    return {
      ...{ files, takeLock, process, forward },
      run: fakeRun(this),
      stream: fakeStream(this),
      attached: async (_, args) => this.attached(args),
      docker: fakeDocker(this),
      compose: (options) => fakeCompose(this, options),
      network: {
        portIsFree: async (port) => this.isFree(port),
        askHttps: async ({ port, path }) => this.answer(port, path),
        visit: async (asked) => this.visits(asked),
        askHttp: async ({ port }) => this.redirect(port),
        addressesOf: async (name) => this.names.get(name) ?? [],
      },
      browse: async (url) => Boolean(this.did.push(`browse ${url}`)),
      clock: {
        now: () => this.time,
        pause: async (ms) => {
          this.time += ms;
          await setImmediate();
        },
      },
    };
  }

  /** `docker exec` with a terminal or in a pipe. */
  private attached([verb = '', how = '', env = '', , id = '', ...command]: readonly string[]) {
    if (verb !== 'exec' || env !== '--env')
      throw new Error(`the fake engine does not know: docker ${verb} ${how} ${env}`);
    const found = this.containers.find((each) => each.id === id);
    if (found?.state !== 'running') return { code: 1, left: false };
    this.did.push(`exec ${machineName(found)}: ${command.join(' ')}${how === '-it' ? ' (tty)' : ''}`);
    return { code: this.attachedCode, left: this.attachedCode > 128 };
  }

  readonly host: Host = fakeHost({}, { run: fakeRun(this), env: {}, has: async () => true }).host;

  machine(name: string): FakeContainer {
    const found = this.containers.find((each) => machineName(each) === name);
    if (!found) throw new Error(`there is no machine ${name}`);
    return found;
  }

  /** As `docker kill`: the engine does not start it again. */
  kill(name: string): void {
    Object.assign(this.machine(name), { state: 'exited', exitCode: 137, machine: undefined });
  }

  /** As the machine itself is now. */
  isHealthy(container: FakeContainer): boolean {
    const { state, machine, service, started } = container;
    const booted = state === 'running' && Boolean(machine) && service.checked;
    const name = machineName(container);
    const text = this.unhealthyWith.get(name);
    const suffers = text !== undefined && [...(machine?.live.values() ?? [])].some(({ bytes }) => bytes.includes(text));
    return booted && this.time - started >= this.bootTime && !this.unhealthy.has(name) && !suffers;
  }

  /** The files of a volume of its project, by where the container has it. */
  volumeAt({ service, project }: FakeContainer, mount: string): Map<string, Buffer> | undefined {
    const [key] = [...service.volumes].find(([, at]) => at === mount) ?? [];
    return this.volumes.get(`${project}_${key}`)?.files;
  }

  create(project: string, service: Service, number: number, imageId: string): FakeContainer {
    const name = `${project}-${service.name}-${number}`;
    const rival = this.containers.find((each) => each.name === name);
    if (rival) {
      const text = `Error response from daemon: Conflict. The container name "/${name}" is already in use by container "${rival.id}".`;
      throw new Error(`${text} You have to remove (or rename) that container to be able to reuse that name.`);
    }
    const container: FakeContainer = {
      ...{ id: this.newId(), name, project, service, number, imageId, state: 'created' as const, exitCode: 0 },
      ...{ restarts: 0, error: '', address: '', started: 0, log: [], machine: undefined },
    };
    this.containers.push(container);
    this.did.push(`create ${machineName(container)}`);
    return container;
  }

  start(container: FakeContainer): void {
    const name = machineName(container);
    if (container.error) throw new Error(`Error response from daemon: ${container.error}`);
    for (const port of container.service.ports.keys()) this.bind(container, port);
    this.did.push(`start ${name}`);
    Object.assign(container, { state: 'running', started: this.time, address: `172.20.0.${++this.ids}` });
    container.log.push(`machine: ${name} boots`);
    const code = boot(this, container);
    // restart: unless-stopped
    if (code !== undefined) {
      Object.assign(container, { state: 'restarting', exitCode: code, restarts: container.restarts + 1 });
    }
  }

  remove(container: FakeContainer): void {
    this.did.push(`remove ${machineName(container)}`);
    this.containers.splice(this.containers.indexOf(container), 1);
  }

  private bind({ name }: FakeContainer, port: number): void {
    if (this.takenMeanwhile.delete(port)) this.taken.add(port);
    const endpoint = `driver failed programming external connectivity on endpoint ${name}`;
    if (this.taken.has(port)) {
      const why = `Error starting userland proxy: listen tcp4 127.0.0.1:${port}: bind: address already in use`;
      throw new Error(`Error response from daemon: ${endpoint}: ${why}`);
    }
    if (this.publisher(port)) {
      const why = `Bind for 127.0.0.1:${port} failed: port is already allocated`;
      throw new Error(`Error response from daemon: ${endpoint}: ${why}`);
    }
  }

  private publisher(port: number): FakeContainer | undefined {
    return this.containers.find(({ state, service }) => state === 'running' && service.ports.has(port));
  }

  private isFree(port: number): boolean {
    return !this.taken.has(port) && !this.publisher(port);
  }

  /** What a visitor gets, and what the machines log of it; else the balancer's answer, and nothing. */
  visits: (asked: Visit) => Visited | string = ({ port, path }) => {
    const { status } = this.answer(port, path) ?? {};
    return status ? { status, headers: {}, milliseconds: 1, bytes: 0 } : 'connect ECONNREFUSED';
  };
  /** By http: where balancer.https says so, it leads to the site's address. */
  private redirect(port: number) {
    const lb = this.publisher(port);
    if (this.firewall || lb?.service.ports.get(port) !== 80) return undefined;
    const [, to] =
      /redirect prefix (\S+)/.exec(lb.machine?.live.get('etc/haproxy/http.cfg')?.bytes.toString() ?? '') ?? [];
    return to ? { status: 301, location: `${to}/` } : { status: 200 };
  }

  /** The balancer's answer: 200 where a web machine is healthy. */
  private answer(port: number, path: string) {
    const lb = this.publisher(port);
    const [until = ''] = lb?.machine?.certificate.split('\n') ?? [];
    if (this.firewall || !lb || lb.service.ports.get(port) !== 443 || !until) return undefined;
    const web = this.containers.filter((each) => each.project === lb.project && each.service.name === 'web');
    const status = web.some((each) => this.isHealthy(each)) ? 200 : 503;
    // The program under test compares with its own clock.
    const page = status === 200 ? this.pages.get(path) : undefined;
    return {
      status,
      body: '',
      headers: {},
      ...page,
      until: new Date(new Date(until).getTime() - this.days * 86_400_000),
    };
  }

  /** What the engine knows: it looks each 30 s, and believes a starting machine for a minute. */
  healthOf(container: FakeContainer): Container['health'] {
    if (!container.service.checked) return 'none';
    const check = this.lastCheck(container);
    if (check?.code === 0) return 'healthy';
    return this.time - container.started > 60_000 ? 'unhealthy' : 'starting';
  }

  private readonly checks = new WeakMap<FakeContainer, { at: number; code: number; output: string }>();

  lastCheck(container: FakeContainer): { code: number; output: string; age: number } | undefined {
    const at = container.started + Math.floor((this.time - container.started) / 30_000) * 30_000;
    if (container.state !== 'running' || at === container.started) return undefined;
    const before = this.checks.get(container);
    const { code, output } = before?.at === at ? before : check(this, container);
    this.checks.set(container, { at, code, output });
    return { code, output, age: this.time - at };
  }
}
