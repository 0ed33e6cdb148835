import type { Finding } from '../../events.ts';
import { instanceMachines } from '../../machines/table.ts';
import type { Assets, Cloud } from '../cloud.ts';
import { instanceOf, instances } from '../stacks/sizes.ts';
import { bad, good } from './finding.ts';

export function checkZones({ settings, aws }: Cloud, zones: readonly string[]): Finding {
  const { zones: desired } = settings.aws;
  if (zones.length >= desired) return good('zones', `${desired} of ${zones.length} in ${aws.region}`);
  const text = `${aws.region} has ${zones.length} for this account, but aws.zones asks for ${desired}`;
  return bad(
    'zones',
    text,
    zones.length >= 2 ? `set aws.zones: ${zones.length} in bootdev.yaml` : 'choose another aws.region',
  );
}

/** EC2 types of all machines, the database's last. */
export function usedTypes({ settings }: Cloud, { architecture, bundles }: Assets): string[] {
  const types = instances(settings, architecture);
  const machines = instanceMachines.filter(({ kind }) => bundles.has(kind)).map(({ instance }) => types[instance.size]);
  return [...new Set([...machines, instanceOf(types.database)])];
}

export function checkTypes(
  types: readonly string[],
  sizes: ReadonlyMap<string, { architectures: string[] }>,
  { architecture }: Assets,
): Finding[] {
  const desired = architecture === 'amd64' ? 'x86_64' : 'arm64';
  // The database may have another architecture: its server is AWS's own.
  const machines = types.slice(0, -1);
  const absent = types.filter((type) => !sizes.has(type));
  const other = machines.filter((type) => sizes.has(type) && !sizes.get(type)?.architectures.includes(desired));
  return [
    ...(absent.length > 0
      ? [
          bad(
            'instances',
            `${absent.join(', ')}: not available in this region`,
            'choose other types: aws.webInstance, aws.adminInstance and so on',
          ),
        ]
      : []),
    ...(other.length > 0
      ? [
          bad(
            'instances',
            `${other.join(', ')}: not ${architecture}, which the replica and its packages are built for`,
            `choose ${architecture === 'amd64' ? 'Intel or AMD types (m7i, t3)' : 'Graviton types (m7g, t4g)'}`,
          ),
        ]
      : []),
  ];
}
