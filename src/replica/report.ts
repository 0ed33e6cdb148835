import type { Container, DockerEngine } from '../io/docker.ts';

/** A live file that is not as in the active bundle. `line` 0: the file as a whole, as `text` says (missing, mode …). */
export interface FileDifference {
  path: string;
  line: number;
  text: string;
}

/** What a machine says of itself: one line of JSON from `machine report`. */
export interface Report {
  machine: string;
  kind: string;
  /** Recomputed from the live files. */
  digest: string;
  /** sha256 of the active target. */
  target: string;
  /** What the bundle volume asks for: the boot line's two parts. */
  desired: string;
  desiredTarget: string;
  /** Digest of the site's code by its folder's name, or recomputed from its files (`Depth`); empty where there is none. */
  release: string;
  /** What the roles say of this moment: "24 req/s · 0 errors". */
  now: string;
  /** Live files that are not as in the active bundle. */
  differs: FileDifference[];
  programs: { name: string; up: boolean }[];
}

/** The tool of a running machine, from its active bundle. */
export const machineTool = '/etc/bootdev/current/bin/machine';

/** `code`: the site's code is read and its digest recomputed too, half a second for some thousand files, seconds for Drupal's. */
type Depth = 'configuration' | 'code';
/** Milliseconds. `parity` decides: it rather waits for a busy machine than calls it silent. */
const patience = { configuration: 8_000, code: 60_000 };

/** Asks a running machine; undefined when it cannot answer. */
async function askReport(docker: DockerEngine, container: Container, depth: Depth): Promise<Report | undefined> {
  if (container.state !== 'running') return undefined;
  try {
    const question = [machineTool, 'report', ...(depth === 'code' ? [depth] : [])];
    const { code, stdout } = await docker.exec(container.id, question, { timeout: patience[depth] });
    return code === 0 ? readReport(stdout) : undefined;
  } catch {
    return undefined; // stopped meanwhile, or not yet booted
  }
}

/** What a machine says of its health. */
export interface Heard {
  /** Undefined: it could not answer. */
  healthy: boolean | undefined;
  report: Report | undefined;
  /** Why it is not healthy. */
  text: string;
  /** Seconds since it said so. */
  age: number;
}

const silence: Heard = { healthy: undefined, report: undefined, text: '', age: 0 };

/** Asks a machine now. One with an older bundle's tool reports by another verb. */
export async function askHealth(docker: DockerEngine, container: Container): Promise<Heard> {
  if (container.state !== 'running') return silence;
  try {
    const { code, stdout, stderr } = await docker.exec(container.id, [machineTool, 'health'], {
      timeout: patience.configuration,
    });
    const heard = readHealth({ code, output: stdout || stderr });
    return heard.report ? heard : { ...heard, report: await askReport(docker, container, 'configuration') };
  } catch {
    return silence; // stopped meanwhile, or not yet booted
  }
}

/**
 * What the engine's last check of a machine heard; the machine itself is asked where that is not what a healthy one with the desired
 * files says, so what is wrong is always seen as it is now.
 */
export async function hear(docker: DockerEngine, container: Container, desired: string): Promise<Heard> {
  const last = container.health === 'healthy' ? await docker.lastCheck(container.id).catch(() => undefined) : undefined;
  if (last?.code === 0) {
    const heard = readHealth(last);
    if (heard.report?.digest === desired && heard.report.programs.every(({ up }) => up))
      return { ...heard, age: Math.round(last.age / 1000) };
  }
  return askHealth(docker, container);
}

/** Lines that say why not, then the report. */
function readHealth({ code, output }: { code: number; output: string }): Heard {
  const lines = output.trim().split('\n');
  const [json] = lines.filter((line) => line.startsWith('{')).slice(-1);
  const text = lines.filter((line) => !line.startsWith('{')).join('; ');
  return { healthy: code === 0, report: json ? tryReport(json) : undefined, text: code === 0 ? '' : text, age: 0 };
}

function tryReport(json: string): Report | undefined {
  try {
    return readReport(json);
  } catch {
    return undefined; // the engine keeps 4 kB of a check's output
  }
}

/** A machine with an older bundle's tool names paths alone. Throws when it is no report. */
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
