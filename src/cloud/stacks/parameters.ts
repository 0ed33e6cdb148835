/** The parameters that no stack's output gives: settings, preflight's input and digests → the templates' names. Pure. */
import { capacity, type Size } from '../../machines/capacity.ts';
import { type Kind, machines } from '../../machines/table.ts';
import { capacityNames } from '../../machines/target.ts';
import type { Settings } from '../../settings/schema.ts';
import { type Architecture, instanceOf, instances, usable, webCounts } from './sizes.ts';
import { domainOf, projectName } from './stacks.ts';

/** Kinds of machines that are EC2 instances, with their word in parameter names. */
export const instanceKinds = [
  { kind: 'web', word: 'Web', size: 'web' },
  { kind: 'admin', word: 'Admin', size: 'admin' },
  { kind: 'solr', word: 'Search', size: 'search' },
  { kind: 'gluster', word: 'Files', size: 'files' },
  { kind: 'arbiter', word: 'Arbiter', size: 'arbiter' },
] as const satisfies readonly { kind: Kind; word: string; size: string }[];

export interface ParameterInput {
  settings: Settings;
  environment: string;
  architecture: Architecture;
  imageId: string;
  /** Addresses from which CloudFront asks the load balancer. */
  edgePrefixList: string;
  /** Series of the chosen database server, as docker/versions.env has it. */
  databaseVersion: string;
  edgeCookies: readonly string[];
  /** sha256 of the boot program (../plan/boot-program.ts). */
  boot: string;
  bundles: ReadonlyMap<Kind, string>;
  packages: ReadonlyMap<Kind, string>;
  release: string;
  /** Nominal sizes by EC2 type. */
  sizes: ReadonlyMap<string, Size>;
}

const bytes = (megabytes: number) => String(megabytes * 2 ** 20);

const algorithms: Record<Settings['balancer']['algorithm'], string> = {
  leastconn: 'least_outstanding_requests',
  roundrobin: 'round_robin',
  random: 'weighted_random',
};

export function makeParameters(input: ParameterInput): Record<string, string> {
  const { settings, environment, architecture, boot, release } = input;
  const types = instances(settings, architecture);
  const { min, max } = webCounts(settings);
  const domain = domainOf(settings);
  const database = valuesOf(input, types.database);
  return {
    Project: projectName(settings, environment),
    Domain: domain,
    HostedZoneId: settings.aws.hostedZone,
    VpcCidr: settings.aws.vpcCidr,
    Zones: String(settings.aws.zones),
    Nat: settings.aws.nat,
    ImageId: input.imageId,
    Architecture: architecture,
    BootDigest: boot,
    Release: release,
    WebMin: String(min),
    WebMax: String(max),
    DatabaseEngine: settings.database.engine,
    DatabaseClass: types.database,
    DatabaseStorage: String(settings.aws.databaseStorage),
    DatabaseName: 'site',
    DatabaseUser: 'site',
    DatabaseEngineVersion: input.databaseVersion,
    DatabaseStorageMax: String(5 * settings.aws.databaseStorage),
    DatabaseBufferPool: bytes(Number(database.DB_BUFFER_POOL_MB)),
    DatabaseMaxConnections: database.DB_MAX_CONNECTIONS,
    DatabaseQueryCache: bytes(settings.database.queryCache),
    CacheNodeType: types.cache,
    CacheNodes: String(settings.memcached.count),
    FilesStore: settings.files.store === 'volume' ? 'none' : settings.files.store,
    EdgePrefixList: input.edgePrefixList,
    ...mail(settings, domain),
    AlarmMail: settings.aws.alarmMail,
    Algorithm: algorithms[settings.balancer.algorithm],
    PageCookies: input.edgeCookies.join(','),
    Sticky: settings.balancer.sticky === 'cookie' ? 'on' : 'off',
    ...Object.assign({}, ...instanceKinds.map((each) => ofKind(input, each, types[each.size]))),
  };
}

/** A mail domain that is the site's own is proved by its DNS; any other address by a mail that AWS sends there. */
function mail(settings: Settings, domain: string): Record<string, string> {
  const { from } = settings.mail;
  const host = ownMailHost(settings, domain);
  return { MailFrom: from, MailIdentity: host || from, MailZoneId: host ? settings.aws.hostedZone : '' };
}

/** The domain that mail comes from, whose records then stand in aws.hostedZone; '' for one that has nothing to do with the site's. */
export function ownMailHost({ mail: { from } }: Settings, domain: string): string {
  const host = from.split('@')[1] ?? '';
  const ours = domain !== '' && (host === domain || domain.endsWith(`.${host}`) || host.endsWith(`.${domain}`));
  return ours ? host : '';
}

function ofKind(
  input: ParameterInput,
  { kind, word }: (typeof instanceKinds)[number],
  type: string,
): Record<string, string> {
  const digests = { Bundle: input.bundles.get(kind), Packages: input.packages.get(kind) };
  return {
    [`${word}InstanceType`]: type,
    [`${word}Capacity`]: lines(valuesOf(input, type), kind),
    ...Object.fromEntries(
      Object.entries(digests).flatMap(([name, digest]) => (digest ? [[`${word}${name}`, digest]] : [])),
    ),
  };
}

/** The lines of the kind's target that follow its size. */
function lines(values: Record<string, string>, kind: Kind): string {
  const names = machines.find((machine) => machine.kind === kind)?.target ?? [];
  return capacityNames
    .filter((name) => names.includes(name))
    .map((name) => `${name}=${values[name]}`)
    .sort()
    .join(' ');
}

function valuesOf(input: ParameterInput, type: string) {
  return capacity(sizeOf(input, type), { php: input.settings.php.memoryLimit, connections: connections(input) });
}

/** As many as all web machines can ask for when there are most of them, and some for cron, shells and health checks. */
function connections(input: ParameterInput): number {
  const size = sizeOf(input, instances(input.settings, input.architecture).web);
  const { FPM_CHILDREN } = capacity(size, { php: input.settings.php.memoryLimit, connections: 0 });
  return Number(FPM_CHILDREN) * webCounts(input.settings).max + 30;
}

function sizeOf({ sizes }: ParameterInput, type: string): Size {
  return usable(sizes.get(instanceOf(type)) ?? { memory: 2048, cpus: 2 });
}
