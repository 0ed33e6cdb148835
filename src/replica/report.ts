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
