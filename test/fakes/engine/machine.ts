/** What the programs inside a machine do: boot, `machine check|apply|health|report|release`, servers.sh haproxy, purge.sh and why.sh of nginx, assets.py of s3. */
import { sha256, treeManifest } from '../../../src/bundle/digest.ts';
import { treeFile } from '../../../src/bundle/files.ts';
import { fillTarget } from '../../../src/bundle/placeholders.ts';
import type { ExecResult } from '../../../src/io/docker.ts';
import type { Target } from '../../../src/machines/target.ts';
import { dataTool } from '../../../src/replica/database/site-database.ts';
import type { FakeEngine } from '../engine.ts';
import { type FakeContainer, type FakeMachine, machineName } from './container.ts';

const answer = (stdout = '', code = 0): ExecResult => ({ code, stdout, stderr: '' });
const failed = (stderr: string, code = 1): ExecResult => ({ code, stdout: '', stderr });

/** As the shell or the engine: 126 where there is no such program. */
export async function execute(
  engine: FakeEngine,
  container: FakeContainer,
  command: string[],
  input: string,
): Promise<ExecResult> {
  const [program = '', verb = '', ...args] = command;
  const { machine } = container;
  const absent = answer(`OCI runtime exec failed: exec failed: "${program}": no such file or directory`, 126);
  if (program === 'cat') {
    const file = read(engine, container, verb);
    return file ? answer(file.toString()) : failed(`cat: ${verb}: No such file or directory`);
  }
  if (program === 'site' && verb === '/etc/bootdev/current/app/install')
    return machine?.live.has('app/install') ? install(engine, input) : failed('exec: not found', 127);
  if (program === 'site' && verb === '/etc/bootdev/current/usr/local/bin/update-site' && args[0] === 'changed') {
    engine.did.push('code changed');
    return engine.brokenSite ? failed(engine.brokenSite) : answer();
  }
  if (verb === 'bash' && args[2] === 'end') {
    engine.did.push(`end ${machineName(container)}: ${args[3]?.replace(/=.*/, '=')}`);
    return answer();
  }
  if (program === 'setpriv') return answer(engine.unreadable);
  if (/^\/etc\/bootdev\/current\/roles\/(?:haproxy|director)\/servers\.sh$/.test(program))
    return machine && kindOf(container) === 'lb' ? servers(engine, container, verb, args) : absent;
  if (program === '/etc/bootdev/current/roles/nginx/purge.sh')
    return machine && kindOf(container) === 'web' ? purge(engine, container, [verb, ...args]) : absent;
  if (program === '/etc/bootdev/current/roles/nginx/why.sh')
    return machine && kindOf(container) === 'web' && !engine.toolsAreOld
      ? tell(engine, container, [verb, ...args])
      : absent;
  if (verb === '/etc/bootdev/current/lib/s3/assets.py' && args[0] === 'read')
    return machine && kindOf(container) === 's3' ? answer(engine.assets) : absent;
  if (program === dataTool && verb === 'snapshot' && machine) {
    engine.did.push(`snapshot ${machineName(container)}`);
    return answer('1200');
  }
  if (program === dataTool && verb === 'last' && machine) return answer(engine.lastOfData);
  const [, digest] = /^\/bundle\/([0-9a-f]{64})\/bin\/machine$/.exec(program) ?? [];
  const tool = digest ? read(engine, container, program) : program === '/etc/bootdev/current/bin/machine' && machine;
  if (!tool) return absent;
  if (verb === 'report') return machine ? answer(JSON.stringify(report(engine, container, machine))) : absent;
  if (verb === 'health') {
    const { code, output } = check(engine, container);
    return answer(output, code);
  }
  if (verb === 'release') {
    engine.did.push(`release ${machineName(container)}`);
    if (machine) machine.release = releaseOf(engine, container);
    return answer();
  }
  if (verb === 'check' || verb === 'apply') return change(engine, container, verb, args);
  if (verb === 'back') return back(engine, container, args);
  return failed(`usage: machine ${verb}`, 2);
}

/** The entry of a container. Returns its exit code, undefined while it runs. */
export function boot(engine: FakeEngine, container: FakeContainer): number | undefined {
  const trouble = engine.crashing.get(machineName(container));
  const line = read(engine, container, `/bundle/desired/${kindOf(container)}`)?.toString() ?? '';
  const [digest = '', target = ''] = line.trim().split(' ');
  if (!digest) return end(container, 78, 'boot: the bundle volume is empty: run bootdev up');
  const made = render(engine, container, digest, target);
  if (typeof made === 'string') return end(container, 1, made);
  if (trouble) return end(container, trouble.exitCode, trouble.log);
  container.machine = made;
  return undefined;
}

function end(container: FakeContainer, code: number, line: string): number {
  container.log.push(line);
  return code;
}

/** The tree as it would be active; text: why it cannot be. */
function render(engine: FakeEngine, container: FakeContainer, digest: string, target: string): FakeMachine | string {
  const bundle = engine.volumeAt(container, '/bundle') ?? new Map<string, Buffer>();
  const tree = [...bundle].filter(([path]) => path.startsWith(`${digest}/`));
  const values = bundle.get(`targets/${target}.env`)?.toString();
  if (tree.length === 0) return `machine: bundle ${digest} is not on this machine`;
  if (values === undefined) return `machine: target ${target} is not on this machine`;
  const names = Object.fromEntries(
    [...values.matchAll(/^([^=\n]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  ) as Target;
  const live: FakeMachine['live'] = new Map();
  for (const [path, bytes] of tree) {
    const name = path.slice(digest.length + 1);
    const isTool = name.startsWith('bin/') || bytes.includes(0);
    const text = isTool ? bytes : Buffer.from(fillTarget(bytes.toString(), names));
    const left = isTool ? null : /@[A-Z][A-Z0-9_]*@/.exec(text.toString());
    if (left) return `machine: the target has no value for: ${name}:${left[0]}`;
    const refused = engine.refuses(name, text.toString());
    if (refused) return `${refused}\nmachine: check failed, see the lines above`;
    live.set(name, { mode: treeFile(bytes).mode, bytes: text });
  }
  const certificate = engine.volumeAt(container, '/run/secrets/lb')?.get('site.pem')?.toString() ?? '';
  return { digest, target, live, certificate, release: releaseOf(engine, container) };
}

/** What the volume of the code says is served. */
const releaseOf = (engine: FakeEngine, container: FakeContainer) =>
  engine.volumeAt(container, '/srv/code')?.get('current')?.toString() ?? '';

function change(engine: FakeEngine, container: FakeContainer, verb: string, [digest = '', target = '']: string[]) {
  const made = render(engine, container, digest, target);
  if (typeof made === 'string')
    return failed(made, verb === 'apply' && made.includes('machine: check failed') ? 65 : 1);
  if (verb === 'check') return answer();
  engine.did.push(`apply ${machineName(container)}`);
  const trouble = engine.failingReloads.get(machineName(container));
  // The machine itself switches back what it could not activate.
  if (trouble) return failed(`${trouble}\nmachine: the new files could not be activated: those before them again`);
  container.machine = { ...made, before: container.machine };
  const last = engine.crashingReloads.get(machineName(container));
  if (last) {
    container.log.push(last);
    boot(engine, container);
  }
  return answer();
}

/** Undoes an apply, where these are the active files. */
function back(engine: FakeEngine, container: FakeContainer, [digest, target]: string[]): ExecResult {
  const { machine } = container;
  engine.did.push(`back ${machineName(container)}`);
  if (machine?.before && machine.digest === digest && machine.target === target) container.machine = machine.before;
  return answer();
}

/** Why not, then the report. It takes a moment until the programs of a machine answer. */
export function check(engine: FakeEngine, container: FakeContainer): { code: number; output: string } {
  const { machine } = container;
  if (!machine) return { code: 1, output: '' };
  const json = JSON.stringify(report(engine, container, machine));
  if (engine.isHealthy(container)) return { code: 0, output: json };
  return { code: 1, output: `${kindOf(container)} is not healthy\n${json}` };
}

/** The digest from the live files: one that is the bundle's, filled in, counts with the bundle's bytes. */
function report(engine: FakeEngine, container: FakeContainer, { digest, target, live, release }: FakeMachine) {
  const kind = kindOf(container);
  const original = render(engine, container, digest, target);
  const filled = typeof original === 'string' ? new Map() : original.live;
  const bundle = engine.volumeAt(container, '/bundle');
  const seen = [...live].map(([path, file]) => {
    const same = filled.get(path)?.bytes.equals(file.bytes);
    return { path, ...file, ...(same ? { bytes: bundle?.get(`${digest}/${path}`) ?? file.bytes } : {}) };
  });
  const changed = [...new Set([...live.keys(), ...filled.keys()])].filter(
    (path) => !live.get(path)?.bytes.equals(filled.get(path)?.bytes ?? Buffer.alloc(0)),
  );
  const [desired = '', desiredTarget = ''] = (bundle?.get(`desired/${kind}`)?.toString() ?? '').trim().split(' ');
  return {
    ...{ machine: machineName(container), kind, digest: sha256(treeManifest(seen)), target },
    ...{ desired, desiredTarget, now: engine.says.get(machineName(container)) ?? '' },
    release: container.service.folder
      ? 'live'
      : kind === 'web' || kind === 'xdebug'
        ? release
        : releaseOf(engine, container),
    differs: changed.map((path) => ({ path, line: 1, text: 'other bytes' })),
    programs: [{ name: kind, up: !engine.unhealthy.has(machineName(container)) }],
  };
}

/** up, drain ADDRESS…, ready: as haproxy sees the web machines of this replica. */
function servers(engine: FakeEngine, { project }: FakeContainer, verb: string, addresses: string[]): ExecResult {
  if (verb === 'drain') for (const address of addresses) engine.drained.add(address);
  if (verb === 'ready') engine.drained.clear();
  if (verb !== 'up') {
    engine.did.push([verb, ...addresses].join(' '));
    return answer();
  }
  const web = engine.containers.filter((each) => each.project === project && each.service.name === 'web');
  return answer(String(web.filter((each) => engine.isHealthy(each) && !engine.drained.has(each.address)).length));
}

/** An application's install program, into the database of a site that may have tables. */
function install(engine: FakeEngine, input: string): ExecResult {
  if (engine.installFails) return failed(engine.installFails);
  if (engine.installed) return failed('', 3);
  engine.installed = JSON.parse(input);
  return answer('https://shop.localhost/login\n');
}

/** As the door of one web machine: on all of them that run. One that is busy does not answer the door. */
function purge(engine: FakeEngine, { project }: FakeContainer, lines: string[]): ExecResult {
  if (engine.door) return answer(`${engine.door.status}\n\n${engine.door.text}\n`);
  const web = engine.containers.filter((each) => each.project === project && each.service.name === 'web');
  const running = web.filter(({ state }) => state === 'running');
  const silent = running.filter((each) => engine.busy.has(machineName(each)));
  const goes = (url: string) =>
    lines.some((line) => (line.endsWith('*') ? url.startsWith(line.slice(0, -1)) : url === line));
  const machines = running
    .filter((each) => !silent.includes(each))
    .map((each) => {
      const machine = machineName(each);
      const before = engine.stored.get(machine) ?? [];
      engine.stored.set(
        machine,
        before.filter((url) => !goes(url)),
      );
      return { machine, pages: before.filter(goes).length };
    });
  const pages = machines.reduce((sum, each) => sum + each.pages, 0);
  const failed = silent.map(({ address }) => ({ machine: address, error: 'read timed out' }));
  return answer(`${failed.length ? 502 : 200}\n\n${JSON.stringify({ pages, machines, failed })}\n`);
}

/** As why.sh: the machine knows a secret, or no more. */
function tell({ told }: FakeEngine, container: FakeContainer, [verb, secret = '', purpose = '']: string[]): ExecResult {
  const known = told.get(machineName(container)) ?? new Map<string, string>();
  told.set(machineName(container), known);
  if (verb === 'begin') known.set(secret, purpose);
  else known.delete(secret);
  return answer();
}

/** A file that the container sees in one of its volumes. */
function read(engine: FakeEngine, container: FakeContainer, path: string): Buffer | undefined {
  const mounts = [...container.service.volumes.values()].filter((mount) => path.startsWith(`${mount}/`));
  const [mount] = mounts;
  return mount ? engine.volumeAt(container, mount)?.get(path.slice(mount.length + 1)) : undefined;
}

const kindOf = ({ service }: FakeContainer) => service.environment.BOOTDEV_KIND ?? service.name;
