/** The replica's side: every machine's own report, and what has to be read on the machine itself. */
import type { Container, DockerEngine } from '../../io/docker.ts';
import type { Io } from '../../io/io.ts';
import { allMachines, type Kind } from '../../machines/table.ts';
import { findMachines } from '../../replica/find.ts';
import { askReports, type Report } from '../../replica/report.ts';
import type { Settings } from '../../settings/schema.ts';
import { readBuckets, readCorsAnswer } from './bucket.ts';
import { cdnFiles, readCdn } from './cdn-files.ts';
import { type Parameters, readMemcached, readMyCnf } from './files.ts';
import type { Capacity, Found, ReplicaMachine } from './sides.ts';

interface ParameterFiles {
  paths: readonly string[];
  read: (texts: readonly string[], settings: Settings) => Parameters;
  /** Where a running program may have something else than its files: what it says itself. */
  live?: { command: string; read: (answer: string, settings: Settings) => Parameters };
}

/** The files of each machine that is parameters of a service on AWS. */
export const parameterFiles: Partial<Record<Kind, ParameterFiles>> = {
  mysql: { paths: ['etc/mysql/my.cnf'], read: ([text = '']) => readMyCnf(text) },
  mariadb: { paths: ['etc/mysql/my.cnf'], read: ([text = '']) => readMyCnf(text) },
  memcached: { paths: ['etc/memcached.conf'], read: ([text = '']) => readMemcached(text) },
  cdn: { paths: cdnFiles, read: readCdn },
  s3: {
    paths: ['etc/s3/buckets.json'],
    read: readBuckets,
    live: { command: '/etc/bootdev/current/roles/s3/cors.sh', read: readCorsAnswer },
  },
};

interface Replica {
  io: Io;
  project: string;
  settings: Settings;
}

export async function readReplicaMachines({ io, project, settings }: Replica): Promise<ReplicaMachine[]> {
  const { docker } = io;
  const containers = await findMachines({ io, project });
  const reports = await askReports(docker, containers, 'code');
  return Promise.all(
    allMachines(settings).map(async ({ name, machine: { kind } }) => {
      const container = containers.get(name);
      const report = reports.get(name);
      return container && report
        ? { name, kind, ...(await readMachine(docker, container, { kind, report, settings })) }
        : { name, kind };
    }),
  );
}

/** Between the outputs of two commands: ASCII's record separator. */
const separator = '\x1e';

const commands = [
  'dpkg --print-architecture',
  'cat /etc/bootdev/target.env',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  "dpkg-query --show --showformat '${db:Status-Status} ${Package}=${Version}\\n' | sed -n 's/^installed //p'",
];

interface Reading {
  kind: Kind;
  report: Report;
  settings: Settings;
}

async function readMachine(docker: DockerEngine, container: Container, { kind, report, settings }: Reading) {
  const files = parameterFiles[kind];
  const more = files?.live
    ? [files.live.command]
    : (files?.paths ?? []).map((path) => `cat /etc/bootdev/current/${path}`);
  const script = [...commands, ...more].join("; printf '\\036'; ");
  const { stdout } = await docker.exec(container.id, ['sh', '-c', script]);
  const [architecture = '', target = '', packages = '', ...texts] = stdout.split(separator);
  const found: Found = {
    kind,
    digest: report.digest,
    release: report.release ?? '', // a machine that serves no code may leave it out
    differs: report.differs,
    capacity: lines(target) as Capacity,
    architecture: architecture.trim(),
    packages: new Map(Object.entries(lines(packages))),
  };
  if (!files || texts.length < more.length) return { found };
  return { found, parameters: files.live ? files.live.read(texts[0] ?? '', settings) : files.read(texts, settings) };
}

/** NAME=value lines. */
function lines(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}
