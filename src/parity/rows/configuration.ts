/** Machine by machine: the digest the settings ask for, the one each replica machine recomputed, the one each node reported. */
import { formatDuration } from '../../duration.ts';
import type { ParityRow } from '../../events.ts';
import { type Kind, type Machine, usedMachines } from '../../machines/table.ts';
import { type Desired, type Found, type Node, type ReplicaMachine, type Sides, staleAfter } from '../sides/sides.ts';

const shown = (digest: string) => digest.slice(0, 8);

/** A service has no digest: which rows compare it. The others are among the accepted differences. */
const comparedIn: Partial<Record<Kind, string>> = {
  cdn: 'CDN',
  mysql: 'parameters',
  mariadb: 'parameters',
  memcached: 'parameters',
  s3: 'bucket',
};

export function configurationRows({ desired, replica, aws }: Sides): ParityRow[] {
  return usedMachines(desired.settings).flatMap((machine) => {
    const here = replica.filter(({ kind }) => kind === machine.kind);
    const there = aws && machine.instance ? aws.nodes.filter(({ kind }) => kind === machine.kind) : [];
    const rows = Array.from({ length: Math.max(here.length, there.length) }, (_, index) =>
      row(machine, desired, here[index], there[index]),
    );
    if (!aws) return rows;
    if (!machine.instance) {
      const see = `${machine.aws}: see ${comparedIn[machine.kind] ?? 'accepted differences'}`;
      return rows.map((each) => ({ ...each, aws: see }));
    }
    // How many web machines there are is the Auto Scaling group's own affair.
    const needed = machine.kind === 'web' ? 1 : here.length;
    return rows.map((each, index) =>
      index < there.length || index >= needed ? each : withoutNode(each, machine.kind, `${there.length} of ${needed}`),
    );
  });
}

function row(machine: Machine, desired: Desired, here?: ReplicaMachine, there?: Node): ParityRow {
  const digest = desired.digests.get(machine.kind) ?? '';
  const wrong = [...(here ? ofReplica(here, digest) : []), ...(there ? ofNode(there, digest) : [])];
  return {
    part: 'configuration',
    name: [here?.name, there?.instance].filter(Boolean).join(' · '),
    settings: shown(digest),
    replica: here ? shownOf(here.found) : '',
    aws: there ? shownOf(there.found) : '',
    state: wrong.length > 0 ? 'differs' : 'same',
    ...(wrong.length > 0 ? { text: wrong.join('\n') } : {}),
  };
}

const shownOf = (found?: Found) => (found ? shown(found.digest) : 'no answer');

function ofReplica({ name, found }: ReplicaMachine, digest: string): string[] {
  if (!found) return [`${name} is not running or does not answer: bootdev up`];
  return ofDigest(name, found, digest, { fix: 'bootdev up', repair: 'bootdev up' });
}

function ofNode({ instance, age, found }: Node, digest: string): string[] {
  if (age === undefined || !found) return [`${instance} is running but has not reported yet: ${readLog}`];
  const stale =
    age > staleAfter
      ? [`${instance} last reported ${formatDuration(age)} ago: its state now is unknown: ${readLog}`]
      : [];
  return [
    ...stale,
    ...ofDigest(instance, found, digest, {
      fix: 'bootdev promote',
      repair: 'it repairs itself within minutes; where it does not, end it',
    }),
  ];
}

const readLog = 'bootdev logs --on aws';

interface Fixes {
  fix: string;
  /** Of files that are not as the machine's own bundle has them. */
  repair: string;
}

function ofDigest(name: string, { digest, differs }: Found, desired: string, { fix, repair }: Fixes): string[] {
  // A file that is not as its own bundle has it is a difference, whatever the digests are.
  const changed = differs.map(({ path, line, text }) => `${name} ${path}${line ? `:${line}` : ''}: ${text}`);
  if (changed.length > 0) return [...changed, `${name} was changed by hand: ${repair}`];
  return digest === desired ? [] : [`${name} has another bundle: ${fix}`];
}

const withoutNode = (row: ParityRow, kind: Kind, report: string): ParityRow => ({
  ...row,
  aws: 'none',
  state: 'differs',
  text: [row.text, `${report} ${kind} nodes report: ${readLog}`].filter(Boolean).join('\n'),
});
