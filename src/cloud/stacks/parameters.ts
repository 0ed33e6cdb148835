/** The parameters that no stack's output gives: from settings, preflight and digests to the templates' names. Pure. */
import { capacity, databaseConnections, type Size } from '../../machines/capacity.ts';
import { type InstanceMachine, instanceMachines, type Kind } from '../../machines/table.ts';
import { capacityNames, type TargetName } from '../../machines/target.ts';
import type { Settings } from '../../settings/schema.ts';
import { onAlb } from './balancer.ts';
import { type Architecture, instanceOf, instances, usable, webCounts } from './sizes.ts';
import { domainOf, projectName } from './stacks.ts';

export interface ParameterInput {
  settings: Settings;
  environment: string;
  architecture: Architecture;
  imageId: string;
  /** Availability zones, as many as settings.aws.zones. */
  zoneNames: readonly string[];
  /** Id of the list of addresses from which CloudFront connects to the load balancer. */
  edgePrefixList: string;
  /** Series of the chosen database server, as docker/versions.env has it. */
  databaseVersion: string;
  edgeCookies: readonly string[];
  /** sha256 of the boot program (../plan/boot-program.ts). */
  boot: string;
  bundles: ReadonlyMap<Kind, string>;
  packages: ReadonlyMap<Kind, string>;
  release: string;
  /** sha256 of the key that a new site is closed by. Without one, a stack stays closed or open as it is. */
  closedBy?: string;
  /** SES has the sender's identity, and it is not ours. */
  mailIdentityIsThere?: boolean;
  /** Nominal sizes by EC2 type. */
  sizes: ReadonlyMap<string, Size>;
}

const bytes = (megabytes: number) => String(megabytes * 2 ** 20);

export function makeParameters(input: ParameterInput): Record<string, string> {
  const { settings, environment, architecture, boot, release } = input;
  const types = instances(settings, architecture);
  const { min, max } = webCounts(settings);
  const alb = onAlb(settings.balancer);
  const domain = domainOf(settings);
  const database = valuesOf(input, types.database);
  return {
    Project: projectName(settings, environment),
    Domain: domain,
    HostedZoneId: settings.aws.hostedZone,
    VpcCidr: settings.aws.vpcCidr,
    Zones: String(settings.aws.zones),
    ZoneNames: input.zoneNames.join(','),
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
    DatabaseRedoLog: bytes(Number(database.DB_REDO_LOG_MB)),
    DatabasePerformanceSchema: database.DB_PERFORMANCE_SCHEMA,
    DatabaseQueryCache: bytes(settings.database.queryCache),
    CacheNodeType: types.cache,
    CacheNodes: String(settings.memcached.count),
    FilesStore: settings.files.store === 'volume' ? 'none' : settings.files.store,
    EdgePrefixList: input.edgePrefixList,
    ...mailParameters(settings, domain),
    ...(input.closedBy ? { ClosedBy: input.closedBy } : {}),
    MailIdentityIsThere: String(input.mailIdentityIsThere ?? false),
    PermissionsBoundary: settings.aws.permissionsBoundary,
    AlarmMail: settings.aws.alarmMail,
    Algorithm: alb.algorithm,
    PageCookies: input.edgeCookies.join(','),
    CorsOrigins: settings.files.corsOrigins.join(','),
    // Without a domain the site's name is CloudFront's, which only a later stack makes.
    MediaOrigins: [domain ? `https://${domain}` : 'https://*.cloudfront.net', ...settings.files.corsOrigins].join(','),
    Hsts: settings.cdn.hsts ? 'on' : 'off',
    Sticky: alb.sticky ? 'on' : 'off',
    ...Object.assign({}, ...instanceMachines.map((machine) => ofKind(input, machine, types[machine.instance.size]))),
  };
}

/** A mail domain that is the site's own is verified by its DNS; any other address by a mail that AWS sends to it. */
function mailParameters(settings: Settings, domain: string): Record<string, string> {
  const host = ownMailHost(settings, domain);
  return {
    MailFrom: settings.mail.from,
    MailIdentity: mailIdentityOf(settings),
    MailZoneId: host ? settings.aws.hostedZone : '',
  };
}

/** What SES verifies. */
export const mailIdentityOf = (settings: Settings) => ownMailHost(settings, domainOf(settings)) || settings.mail.from;

/** The domain that mail comes from, whose records are then in aws.hostedZone; '' for one unrelated to the site's domain. */
export function ownMailHost({ mail: { from } }: Settings, domain: string): string {
  const host = from.split('@')[1] ?? '';
  const ours = domain !== '' && (host === domain || domain.endsWith(`.${host}`) || host.endsWith(`.${domain}`));
  return ours ? host : '';
}

function ofKind(input: ParameterInput, machine: InstanceMachine, type: string): Record<string, string> {
  const { kind, instance, target } = machine;
  const { word } = instance;
  const digests = { Bundle: input.bundles.get(kind), Packages: input.packages.get(kind) };
  return {
    [`${word}InstanceType`]: type,
    [`${word}Capacity`]: lines(valuesOf(input, type), target),
    ...Object.fromEntries(
      Object.entries(digests).flatMap(([name, digest]) => (digest ? [[`${word}${name}`, digest]] : [])),
    ),
  };
}

/** The lines of a target that depend on the machine's size. */
function lines(values: Record<string, string>, names: readonly TargetName[]): string {
  return capacityNames
    .filter((name) => names.includes(name))
    .map((name) => `${name}=${values[name]}`)
    .sort()
    .join(' ');
}

function valuesOf(input: ParameterInput, type: string) {
  return capacity(sizeOf(input, type), { php: input.settings.php, connections: connections(input) });
}

function connections(input: ParameterInput): number {
  const { settings, architecture } = input;
  const web = sizeOf(input, instances(settings, architecture).web);
  return databaseConnections(web, { most: webCounts(settings).max, php: settings.php });
}

function sizeOf({ sizes }: ParameterInput, type: string): Size {
  return usable(sizes.get(instanceOf(type)) ?? { memory: 2048, cpus: 2 }, { database: type.startsWith('db.') });
}
