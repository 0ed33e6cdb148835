/** Package versions side by side, for machines that are instances on AWS. */
import { warnAfter } from '../../cloud/preflight/instances.ts';
import type { ParityRow } from '../../events.ts';
import type { Kind } from '../../machines/table.ts';
import type { Parameters } from '../sides/files.ts';
import type { Found, Sides } from '../sides/sides.ts';

/** Programs whose version people ask about; the others are only counted as long as they are the same. */
const programs = /^(?:nginx|php[\d.]+-(?:fpm|cli)|glusterfs-(?:server|client)|openjdk-\d+-.*)$/;
const servers: Partial<Record<Kind, string>> = { mysql: 'mysql-server-core', mariadb: 'mariadb-server-core' };

const baseReason = "part of the base system: on AWS the AMI's own, with its security updates";

export function packageRows({ desired, replica, aws }: Sides): ParityRow[] {
  if (!aws) return [];
  return [...desired.digests.keys()].flatMap((kind) => {
    const here = found(kind, replica);
    if (servers[kind]) return series(kind, here, aws.databaseVersion);
    const there = found(kind, aws.nodes);
    if (here.length === 0 || there.length === 0) return [];
    const image = aws.images.get(kind);
    return [
      architecture(kind, here, there),
      ...(image ? [machineImage(kind, image)] : []),
      ...versions(kind, here, there, aws.installed.get(kind)),
    ];
  });
}

const found = (kind: Kind, machines: readonly { kind: Kind; found?: Found | undefined }[]): Found[] =>
  machines.flatMap((machine) => (machine.kind === kind && machine.found ? [machine.found] : []));

function architecture(kind: Kind, here: Found[], there: Found[]): ParityRow {
  const [replica, aws] = [here, there].map((side) => distinct(side.map((each) => each.architecture)));
  const row = { part: 'packages' as const, name: `${kind} architecture`, settings: '', replica, aws } as ParityRow;
  return isSame(replica, aws)
    ? { ...row, state: 'same', minor: true }
    : { ...row, state: 'differs', text: 'other binaries: promote from a computer with that architecture' };
}

/** It never gets a fix by itself. Shown where it is old. */
function machineImage(kind: Kind, { id, days }: { id: string; days: number | undefined }): ParityRow {
  const isOld = days !== undefined && days >= warnAfter;
  return {
    ...{ part: 'packages', name: `${kind} machine image`, settings: '', replica: '', state: 'accepted' },
    aws: days === undefined ? id : `${id}, ${days} days old`,
    text: isOld ? 'kernel and base system of that day: bootdev promote --new-image' : baseReason,
    ...(isOld ? {} : { minor: true as const }),
  };
}

/** RDS and the replica have their own builds of the same series: 9.7.1 and 9.7.0-2 are both 9.7. */
function series(kind: Kind, here: Found[], version?: string): ParityRow[] {
  const name = servers[kind] ?? '';
  const replica = distinct(here.map(({ packages }) => versionOf(packages, name)));
  if (here.length === 0 || version === undefined) return [];
  const [series = ''] = /\d+\.\d+/.exec(replica) ?? [];
  const row = { part: 'packages', name: `${kind} series`, settings: '', replica, aws: version } as const;
  return version === series || version.startsWith(`${series}.`)
    ? [{ ...row, state: 'same' }]
    : [
        {
          ...row,
          state: 'differs',
          text: 'another series: its files, defaults and SQL are different; bootdev promote --plan says what promote does',
        },
      ];
}

function versions(kind: Kind, here: Found[], there: Found[], installed?: ReadonlySet<string>): ParityRow[] {
  const names = new Set([...here, ...there].flatMap(({ packages }) => [...packages.keys()]));
  return [...names].sort().flatMap((name) => {
    const [replica, aws] = [here, there].map((side) => distinct(side.map(({ packages }) => versionOf(packages, name))));
    const row = {
      ...{ part: 'packages', name: `${kind} ${name}`, settings: '', replica, aws },
      ...(programs.test(name) ? {} : { minor: true }),
    } as ParityRow;
    if (isSame(replica, aws)) return [{ ...row, state: 'same' } as ParityRow];
    if (installed ? installed.has(name) : row.replica !== '-' && row.aws !== '-')
      return [
        {
          ...row,
          state: 'differs',
          text: 'another version is installed: bootdev up, then bootdev promote',
        } as ParityRow,
      ];
    // What only one base system has (a kernel, cloud-init; the container's supervisor) is not part of a role.
    if (row.replica === '-' || row.aws === '-') return [];
    return [{ ...row, state: 'accepted', text: baseReason } as ParityRow];
  });
}

const versionOf = (packages: Parameters, name: string) => packages.get(name) ?? '-';
/** One value, on both sides: two versions here and the same two there are two. */
const isSame = (replica?: string, aws?: string) => replica === aws && !replica?.includes(' ');
const distinct = (texts: string[]) => [...new Set(texts)].sort().join(' ');
