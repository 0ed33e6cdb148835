import type { Finding } from '../../events.ts';
import { instanceMachines } from '../../machines/table.ts';
import type { Assets, Cloud } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { instanceOf, instances } from '../stacks/sizes.ts';
import { type Account, bad, good } from './finding.ts';

/** The zones of the network: those that it has, and then the first ones that offer every type. */
export async function chooseZones(
  { settings, aws }: Cloud,
  account: Account,
  snapshots: readonly StackSnapshot[],
  types: readonly string[],
): Promise<{ zoneNames: string[]; finding: Finding }> {
  const [zones, offers] = await Promise.all([account.zones(), account.offerings(types)]);
  const desired = settings.aws.zones;
  const now = snapshots.find(({ stack }) => stack.part === 'network')?.info?.outputs.ZoneNames;
  // A type that no zone offers is another finding.
  const lacking = (zone: string) => types.filter((type) => offers.get(type)?.includes(zone) === false);
  const kept = now ? now.split(',') : [];
  const fitting = zones.filter((zone) => !kept.includes(zone) && lacking(zone).length === 0);
  const zoneNames = [...kept, ...fitting].slice(0, desired);
  const missing = [...(zoneNames.length < desired ? zones : zoneNames)].flatMap((zone) =>
    lacking(zone).map((type) => `${zone} lacks ${type}`),
  );
  if (missing.length > 0 && zones.length >= desired) {
    const other = 'choose other types (aws.webInstance, aws.adminInstance and so on), or fewer aws.zones';
    return { zoneNames, finding: bad('zones', missing.join(', '), other) };
  }
  if (zoneNames.length === desired) return { zoneNames, finding: good('zones', zoneNames.join(', ')) };
  const text = `${aws.region} has ${zones.length} for this account, but aws.zones asks for ${desired}`;
  const fix = zones.length >= 2 ? `set aws.zones: ${zones.length} in bootdev.yaml` : 'choose another aws.region';
  return { zoneNames, finding: bad('zones', text, fix) };
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
