/** The replica's side: every machine's own report, and what has to be read on the machine itself. */
import type { Container, DockerEngine } from '../../io/docker.ts';
import type { Io } from '../../io/io.ts';
import { allMachines, type Kind } from '../../machines/table.ts';
import { findMachines } from '../../replica/find.ts';
import { askReports, type Report } from '../../replica/report.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Parameters, readMemcached, readMyCnf } from './files.ts';
import type { Capacity, Found, ReplicaMachine } from './sides.ts';

/** The file of each machine that is a parameter group on AWS. */
export const parameterFiles: Partial<Record<Kind, { path: string; read: (text: string) => Parameters }>> = {
  mysql: { path: 'etc/mysql/my.cnf', read: readMyCnf },
  mariadb: { path: 'etc/mysql/my.cnf', read: readMyCnf },
  memcached: { path: 'etc/memcached.conf', read: readMemcached },
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
        ? { name, kind, ...(await readMachine(docker, container, kind, report)) }
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

async function readMachine(docker: DockerEngine, container: Container, kind: Kind, report: Report) {
  const file = parameterFiles[kind];
  const script = [...commands, ...(file ? [`cat /etc/bootdev/current/${file.path}`] : [])].join("; printf '\\036'; ");
  const { stdout } = await docker.exec(container.id, ['sh', '-c', script]);
  const [architecture = '', target = '', packages = '', live] = stdout.split(separator);
  const found: Found = {
    kind,
    digest: report.digest,
    release: report.release ?? '', // a machine that serves no code may leave it out
    differs: report.differs,
    capacity: lines(target) as Capacity,
    architecture: architecture.trim(),
    packages: new Map(Object.entries(lines(packages))),
  };
  return { found, ...(file && live !== undefined ? { parameters: file.read(live) } : {}) };
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
