import type { Settings } from '../settings/schema.ts';
import type { TargetName } from './target.ts';

export type Kind =
  | 'cdn'
  | 'lb'
  | 'director'
  | 'tls'
  | 'web'
  | 'xdebug'
  | 'admin'
  | 'mysql'
  | 'mariadb'
  | 'memcached'
  | 'solr'
  | 'gluster'
  | 'arbiter'
  | 's3'
  | 'mail';

/** A kind of machine: what it is made of here and what its counterpart on AWS is. The one table of the architecture. */
export interface Machine {
  kind: Kind;
  /** Folder of docker/machines/ that has its Dockerfile; several kinds may share an image. */
  image: string;
  /** Folders of docker/roles/ whose files make this machine, in order of provisioning. */
  roles: readonly string[];
  /** Roles whose packages are in the image, but whose files are in the bundle only where the settings use them. */
  optional?: Readonly<Record<string, (settings: Settings) => boolean>>;
  /** Each has a volume of its own, and so is a compose service of its own: gluster-1, gluster-2. Else the service is scaled. */
  own?: true;
  /** How many of them the settings ask for; 0: not part of this site. */
  count: (settings: Settings) => number;
  /** Memory of one, in MB. */
  memory: (settings: Settings) => number;
  /** The only @NAME@s its files may use. */
  target: readonly TargetName[];
  /** Its counterpart. */
  aws: string;
  /** Where that is an EC2 instance; absent: a service. */
  instance?: Instance;
  /** What a person finds on it. */
  runs: string;
}

/** What the stacks (cfn/) call a kind of instance. */
interface Instance {
  /** The stack that has it. */
  stack: 'web' | 'search' | 'files';
  /** First word of its parameters: WebInstanceType, WebCapacity, WebBundle, WebPackages. */
  word: string;
  /** Which of a size's instance types it is of (src/cloud/stacks/sizes.ts). */
  size: 'web' | 'admin' | 'search' | 'files' | 'arbiter';
}

export type InstanceMachine = Machine & { instance: Instance };

const onGluster = (settings: Settings) => settings.files.store === 'gluster';
const when = (condition: boolean, count = 1) => (condition ? count : 0);

const isLvs = ({ balancer }: Settings) => balancer.kind === 'lvs';
/** Then `lb` is only this computer's door to the address that one of them has. */
const hasTwo = ({ balancer }: Settings) => balancer.directors === 2;

const application = [
  ...(['DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'MEMCACHED', 'SOLR_URL'] as const),
  ...(['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'MAIL_HOST', 'MAIL_PORT'] as const),
  ...(['MAIL_TLS', 'MAIL_AUTH', 'MAIL_USER', 'MAIL_API'] as const),
  ...(['SITE_URL', 'WEB_HOST', 'TRUSTED_PROXY', 'GLUSTER_NODES', 'OPCACHE_MB', 'APCU_MB'] as const),
  ...(['OPCACHE_VALIDATE', 'REALPATH_SECONDS'] as const),
];

const database = ['DB_NAME', 'DB_USER', 'DB_BUFFER_POOL_MB', 'DB_MAX_CONNECTIONS', 'DB_REDO_LOG_MB'] as const;

const web = {
  roles: ['base', 'php-cli', 'php-fpm', 'nginx', 'sendmail'],
  optional: { 'gluster-client': onGluster },
  memory: (settings) => settings.web.memory,
  target: [...application, 'CODE_LIVE', 'FILE_CACHE', 'STATIC_EXPIRES', 'STATIC_SYMLINKS', 'FPM_CHILDREN'],
} satisfies Partial<Machine>;

/** What stands before the web machines has one image, and one counterpart. */
const balancing = {
  image: 'lb',
  target: ['WEB_HOST', 'SITE_URL'],
  aws: 'Application Load Balancer',
} satisfies Partial<Machine>;

export const machines: readonly Machine[] = [
  {
    kind: 'cdn',
    image: 'cdn',
    roles: ['base', 'cdn'],
    count: (settings) => when(settings.cdn.enabled),
    memory: () => 128,
    target: ['SITE_URL', 'S3_ENDPOINT', 'S3_BUCKET'],
    aws: 'CloudFront',
    runs: 'nginx with a cache',
  },
  {
    ...balancing,
    kind: 'lb',
    roles: ['base'],
    optional: {
      haproxy: (settings) => !isLvs(settings) && !hasTwo(settings),
      lvs: (settings) => isLvs(settings) || hasTwo(settings),
      director: (settings) => isLvs(settings) && !hasTwo(settings),
      door: hasTwo,
    },
    count: () => 1,
    memory: () => 128,
    runs: 'haproxy, or the kernel’s LVS with keepalived',
  },
  {
    ...balancing,
    kind: 'director',
    roles: ['base', 'lvs', 'director'],
    optional: { haproxy: (settings) => !isLvs(settings) },
    count: (settings) => when(hasTwo(settings), 2),
    memory: () => 128,
    runs: 'keepalived: one of the two has the address',
  },
  {
    ...balancing,
    kind: 'tls',
    roles: ['base', 'haproxy', 'lvs', 'real-server'],
    count: (settings) => when(isLvs(settings), settings.web.count),
    memory: () => 96,
    runs: 'haproxy, where TLS ends, before the web machine of its number',
  },
  {
    ...web,
    kind: 'web',
    image: 'web',
    count: (settings) => settings.web.count,
    aws: 'EC2 in an Auto Scaling group',
    instance: { stack: 'web', word: 'Web', size: 'web' },
    runs: 'nginx and php-fpm',
  },
  {
    ...web,
    kind: 'xdebug',
    image: 'xdebug',
    roles: [...web.roles, 'xdebug'],
    count: () => 0, // no settings ask for it: `bootdev xdebug` does (src/replica/xdebug)
    aws: 'nothing',
    runs: 'nginx and php-fpm with Xdebug',
  },
  {
    kind: 'admin',
    image: 'admin',
    roles: ['base', 'php-cli', 'db-client', 'cron', 'sendmail', 'backup', 'warm'],
    optional: { 'gluster-client': onGluster },
    count: () => 1,
    memory: (settings) => settings.admin.memory,
    target: application,
    aws: 'EC2 in an Auto Scaling group of one',
    instance: { stack: 'web', word: 'Admin', size: 'admin' },
    runs: 'cron, the pre-warmer and PHP on the command line',
  },
  {
    kind: 'mysql',
    image: 'mysql',
    roles: ['base', 'database', 'mysql'],
    count: (settings) => when(settings.database.engine === 'mysql'),
    memory: (settings) => settings.database.memory,
    target: [...database, 'DB_PERFORMANCE_SCHEMA'],
    aws: 'RDS Multi-AZ',
    runs: 'MySQL 9.7',
  },
  {
    kind: 'mariadb',
    image: 'mariadb',
    roles: ['base', 'database', 'mariadb'],
    count: (settings) => when(settings.database.engine === 'mariadb'),
    memory: (settings) => settings.database.memory,
    target: database,
    aws: 'RDS Multi-AZ',
    runs: 'MariaDB 11.8',
  },
  {
    kind: 'memcached',
    image: 'memcached',
    roles: ['base', 'memcached'],
    count: (settings) => settings.memcached.count,
    memory: (settings) => settings.memcached.memory,
    target: ['MEMCACHED_MB'],
    aws: 'ElastiCache',
    runs: 'memcached',
  },
  {
    kind: 'solr',
    image: 'solr',
    roles: ['base', 'solr'],
    count: (settings) => when(settings.search.engine === 'solr'),
    memory: (settings) => settings.search.memory,
    target: ['SOLR_HEAP_MB'],
    aws: 'EC2 with an EBS volume',
    instance: { stack: 'search', word: 'Search', size: 'search' },
    runs: 'Solr 9',
  },
  {
    kind: 'gluster',
    image: 'gluster',
    own: true,
    roles: ['base', 'gluster'],
    count: (settings) => when(onGluster(settings), 2),
    memory: () => 384,
    target: ['GLUSTER_NODES', 'GLUSTER_CLIENTS'],
    aws: 'EC2 with an EBS volume, a zone each',
    instance: { stack: 'files', word: 'Files', size: 'files' },
    runs: 'GlusterFS, a copy of the files each',
  },
  {
    kind: 'arbiter',
    image: 'gluster',
    roles: ['base', 'gluster'],
    count: (settings) => when(onGluster(settings)),
    memory: () => 256,
    target: ['GLUSTER_NODES', 'GLUSTER_CLIENTS'],
    aws: 'EC2 in the third zone',
    instance: { stack: 'files', word: 'Arbiter', size: 'arbiter' },
    runs: 'GlusterFS, names and votes only',
  },
  {
    kind: 's3',
    image: 's3',
    roles: ['base', 's3'],
    count: () => 1,
    memory: () => 768,
    target: ['S3_BUCKET', 'S3_REGION'],
    aws: 'S3',
    runs: 'LocalStack S3',
  },
  {
    kind: 'mail',
    image: 'mail',
    roles: ['base', 'mail'],
    count: () => 1,
    memory: () => 128,
    target: [],
    aws: 'SES',
    runs: 'Mailpit',
  },
];

/** Kinds that may have several machines: numbered even when there is one. */
const numbered: ReadonlySet<Kind> = new Set(['web', 'tls', 'director', 'memcached', 'gluster']);

/** The machine that visitors reach. */
export const doorOf = (settings: Settings): Kind => (settings.cdn.enabled ? 'cdn' : 'lb');

/** Where haproxy runs, which sees visitors' requests and cleans them. */
export function proxyKind({ balancer }: Settings): Kind {
  if (balancer.kind === 'lvs') return 'tls';
  return balancer.directors === 2 ? 'director' : 'lb';
}

/** What distributes to the web machines. */
export const balancerKind = ({ balancer }: Settings): Kind => (balancer.directors === 2 ? 'director' : 'lb');

/** The kinds that are EC2 instances on AWS. */
export const instanceMachines = machines.filter(
  (machine): machine is InstanceMachine => machine.instance !== undefined,
);

/** The kinds that the settings use. */
export const usedMachines = (settings: Settings) => machines.filter((machine) => machine.count(settings) > 0);

/** The names of a kind's machines: `web-1`, `web-2`; one that is always alone has just its kind. */
export function machineNames({ kind, count }: Machine, settings: Settings): string[] {
  return Array.from({ length: count(settings) }, (_, index) => (numbered.has(kind) ? `${kind}-${index + 1}` : kind));
}

/** Every machine of a site, in the table's order. */
export const allMachines = (settings: Settings) =>
  machines.flatMap((machine) => machineNames(machine, settings).map((name) => ({ name, machine })));

/** MB that the limits of all machines add up to. */
export const totalMemory = (settings: Settings) =>
  machines.reduce((sum, { count, memory }) => sum + count(settings) * memory(settings), 0);

/** The compose service that a machine is a container of. */
export const serviceOf = ({ name, machine }: { name: string; machine: Machine }) => (machine.own ? name : machine.kind);

/** `web-2` → the row of web; undefined for a name that is no machine's. */
export function machineOf(name: string): Machine | undefined {
  return machines.find(
    ({ kind }) =>
      name === kind || (numbered.has(kind) && /^-\d+$/.test(name.slice(kind.length)) && name.startsWith(kind)),
  );
}

/** The roles whose files are in the bundle. */
export function rolesOf({ roles, optional = {} }: Machine, settings: Settings): string[] {
  return [...roles, ...Object.keys(optional).filter((role) => optional[role]?.(settings))];
}
