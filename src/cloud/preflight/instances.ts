import type { Finding } from '../../events.ts';
import { instanceMachines } from '../../machines/table.ts';
import type { Assets, Cloud } from '../cloud.ts';
import { hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { instanceOf, instances } from '../stacks/sizes.ts';
import { type Account, bad, good, warning } from './finding.ts';

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

// How old the machines' image and their packages are: neither gets a fix by itself.

/** Days. */
export const warnAfter = 30;
const refuseAfter = 90;

interface Ages {
  /** For stacks that have none yet, and for those without data. */
  imageId: string;
  newest: string;
  /** When each was made; one that is not offered any more is not there. undefined: not known. */
  dates: ReadonlyMap<string, Date> | undefined;
  newImage: boolean;
  /** When bootdev.lock was written. */
  locked?: Date | undefined;
  now: Date;
}

/** `snapshots`: of all stacks. */
export function checkAges(snapshots: readonly StackSnapshot[], { now, locked, ...images }: Ages): Finding[] {
  const stacks = snapshots.filter(({ template }) => template.parameters.has('ImageId'));
  const fresh = stacks.filter(({ info }) => !info || !hasResources(info));
  return [...imageFindings(stacks, fresh, { ...images, now }), ...packageFindings(fresh, locked, now)];
}

/** Which image a stack's machines will have: with data they keep theirs, unless a new one is asked for. */
export const imageOf = ({ stack, info }: StackSnapshot, { imageId, newImage }: Pick<Ages, 'imageId' | 'newImage'>) =>
  (!newImage && stack.keeps?.includes('ImageId') && info?.parameters.ImageId) || imageId;

function imageFindings(
  stacks: readonly StackSnapshot[],
  fresh: readonly StackSnapshot[],
  ages: Omit<Ages, 'locked'>,
): Finding[] {
  const { imageId, newest, dates, now } = ages;
  const fix =
    'bootdev promote --new-image   (replaces every machine, those with data one by one, each behind its health)';
  const ids = [...new Set(stacks.map((each) => imageOf(each, ages)))];
  const old = ids.flatMap((id): Finding[] => {
    if (!dates || id === newest) return [];
    const users = stacks.filter((each) => imageOf(each, ages) === id);
    const titles = users.map(({ stack }) => stack.title).join(', ');
    const date = dates.get(id);
    if (!date)
      return [warning('image', `${id} (${titles}) is not offered any more: no machine can be started from it`, fix)];
    const days = daysBetween(date, now);
    const text = `Debian 13 ${id} (${titles}) is ${days} days old, and there is a newer one`;
    if (days >= refuseAfter && users.some((each) => fresh.includes(each)))
      return [bad('image', `${text}: too old for machines that begin with it`, fix)];
    return days >= warnAfter ? [warning('image', text, fix)] : [];
  });
  const is = imageId === newest ? 'the newest' : 'the one in use';
  return old.length > 0 ? old : [good('image', `Debian 13 ${imageId} (${is})`)];
}

function packageFindings(fresh: readonly StackSnapshot[], locked: Date | undefined, now: Date): Finding[] {
  const days = locked ? daysBetween(locked, now) : 0;
  if (days < warnAfter) return [];
  const text = `the packages of bootdev.lock are of ${days} days ago`;
  const fix = 'bootdev upgrade, then bootdev up';
  if (days >= refuseAfter && fresh.length > 0)
    return [bad('packages', `${text}: too old for machines that begin with them`, fix)];
  return [warning('packages', text, fix)];
}

export const daysBetween = (before: Date, now: Date) => Math.floor((now.getTime() - before.getTime()) / 86_400_000);
