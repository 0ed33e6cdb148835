import type { Bundle } from '../bundle/bundle.ts';
import type { MachineState, MachineStatus, Status } from '../events.ts';
import type { Container, DockerEngine } from '../io/docker.ts';
import { allMachines, type Kind, machineOf } from '../machines/table.ts';
import type { Settings } from '../settings/schema.ts';

/** A live file that is not as in the bundle in force. `line` 0: the file as a whole, as `text` says (missing, mode …). */
export interface FileDifference {
  path: string;
  line: number;
  text: string;
}

/** A machine's own word, one line of JSON from `machine report`. */
export interface Report {
  machine: string;
  kind: string;
  /** Recomputed from the live files. */
  digest: string;
  /** sha256 of the target in force. */
  target: string;
  /** What the bundle volume asks for: the boot line's two parts. */
  desired: string;
  desiredTarget: string;
  /** Digest that the site's code goes by, or the one recomputed from its files (`Depth`); empty where there is none. */
  release: string;
  /** What the roles say of this moment: "24 req/s · 0 errors". */
  now: string;
  /** Live files that are not as in the bundle in force. */
  differs: FileDifference[];
  programs: { name: string; up: boolean }[];
}

/** The machines' containers by machine name; those of other services are left out. */
export function byName(containers: Container[]): Map<string, Container> {
  return new Map(
    containers.flatMap((container) => {
      const name = [`${container.service}-${container.number}`, container.service].find(machineOf);
      return name ? [[name, container] as const] : [];
    }),
  );
}

/** `code`: the site's code is read and its digest recomputed too, half a second for some thousand files, seconds for Drupal's. */
type Depth = 'configuration' | 'code';
const patience = { configuration: 8_000, code: 20_000 };

/** Asks a running machine; undefined when it cannot answer. */
async function askReport(docker: DockerEngine, container: Container, depth: Depth): Promise<Report | undefined> {
  if (container.state !== 'running') return undefined;
  try {
    const question = ['/etc/bootdev/current/bin/machine', 'report', ...(depth === 'code' ? [depth] : [])];
    const { code, stdout } = await docker.exec(container.id, question, { timeout: patience[depth] });
    return code === 0 ? readReport(stdout) : undefined;
  } catch {
    return undefined; // stopped meanwhile, or not yet booted
  }
}

/** A machine that runs an older bundle's tool names paths alone. Throws when it is no report. */
export function readReport(text: string): Report {
  const report = JSON.parse(text) as Omit<Report, 'differs'> & { differs: (string | FileDifference)[] };
  const whole = (path: string): FileDifference => ({ path, line: 0, text: 'not as in the bundle' });
  return { ...report, differs: report.differs.map((each) => (typeof each === 'string' ? whole(each) : each)) };
}

export async function askReports(
  docker: DockerEngine,
  containers: ReadonlyMap<string, Container>,
  depth: Depth = 'configuration',
): Promise<Map<string, Report | undefined>> {
  return new Map(
    await Promise.all(
      [...containers].map(async ([name, container]) => [name, await askReport(docker, container, depth)] as const),
    ),
  );
}

/** State of one machine as a person understands it: health first, then whether its files are the desired ones. */
function machineStatus(
  name: string,
  desired: string,
  container: Container | undefined,
  report: Report | undefined,
): MachineStatus {
  const base = {
    name,
    programs: report?.programs ?? [],
    desired,
    ...(report ? { digest: report.digest } : {}),
    ...(report?.now ? { now: report.now } : {}),
  };
  if (!container) return { ...base, state: 'missing', text: 'not there: bootdev up' };
  if (container.state !== 'running') return { ...base, state: 'stopped', text: `${container.state}: bootdev up` };
  if (report && report.digest !== desired) {
    const text = report.differs.length
      ? `changed on the machine: ${report.differs.map(({ path, line }) => (line ? `${path}:${line}` : path)).join(', ')}`
      : 'another bundle is in force: bootdev up';
    return { ...base, state: 'differs', text };
  }
  const down = report?.programs.filter(({ up }) => !up).map((program) => program.name) ?? [];
  const state: MachineState = container.health === 'none' ? 'starting' : container.health;
  return { ...base, state, ...(down.length ? { text: `down: ${down.join(', ')}` } : {}) };
}

/** All machines that the settings ask for, in the table's order, then any that are there without being asked for. */
export async function observe(
  docker: DockerEngine,
  project: string,
  settings: Settings,
  bundle: Bundle,
  urls: Partial<Record<string, string>>,
): Promise<Status> {
  const containers = byName(await docker.containers(project));
  const reports = await askReports(docker, containers);
  return {
    project,
    root: bundle.root,
    machines: allMachines(settings).map(({ name, machine }) => {
      const status = machineStatus(name, digestOf(bundle, machine.kind), containers.get(name), reports.get(name));
      const url = urls[name];
      return url ? { ...status, url } : status;
    }),
  };
}

const digestOf = (bundle: Bundle, kind: Kind) => bundle.machines.get(kind)?.digest ?? '';
