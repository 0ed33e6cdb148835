import type { Settings } from '../settings/schema.ts';
import type { TargetName } from './target.ts';

export type Kind = 'lb' | 'web' | 'admin' | 'mysql' | 'memcached' | 's3' | 'mail';

/** A kind of machine: what it is made of here and what stands for it on AWS. The one table of the architecture. */
export interface Machine {
  kind: Kind;
  /** Folders of docker/ whose files make this machine, in order of provisioning. */
  roles: readonly string[];
  /** How many of them the settings ask for. */
  count: (settings: Settings) => number;
  /** Memory of one, in MB. */
  memory: (settings: Settings) => number;
  /** The only @NAME@s its files may use. */
  target: readonly TargetName[];
  /** Its counterpart. */
  aws: string;
  /** What a person finds on it. */
  runs: string;
}

const application = [
  'DB_HOST',
  'DB_PORT',
  'DB_NAME',
  'DB_USER',
  'MEMCACHED',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'MAIL_HOST',
  'MAIL_PORT',
  'MAIL_API',
  'SITE_URL',
  'TRUSTED_PROXY',
  'OPCACHE_MB',
  'APCU_MB',
] as const;

export const machines: readonly Machine[] = [
  {
    kind: 'lb',
    roles: ['base', 'haproxy'],
    count: () => 1,
    memory: () => 128,
    target: ['WEB_HOST'],
    aws: 'Application Load Balancer',
    runs: 'haproxy',
  },
  {
    kind: 'web',
    roles: ['base', 'php-cli', 'php-fpm', 'nginx', 'msmtp'],
    count: (settings) => settings.web.count,
    memory: (settings) => settings.web.memory,
    target: [...application, 'FPM_CHILDREN'],
    aws: 'EC2 in an Auto Scaling group',
    runs: 'nginx and php-fpm',
  },
  {
    kind: 'admin',
    roles: ['base', 'php-cli', 'cron', 'msmtp'],
    count: () => 1,
    memory: (settings) => settings.admin.memory,
    target: application,
    aws: 'EC2 in an Auto Scaling group of one',
    runs: 'cron and PHP on the command line',
  },
  {
    kind: 'mysql',
    roles: ['base', 'mysql'],
    count: () => 1,
    memory: (settings) => settings.database.memory,
    target: ['DB_NAME', 'DB_USER', 'DB_BUFFER_POOL_MB', 'DB_MAX_CONNECTIONS'],
    aws: 'RDS Multi-AZ',
    runs: 'mysqld 9.7',
  },
  {
    kind: 'memcached',
    roles: ['base', 'memcached'],
    count: (settings) => settings.memcached.count,
    memory: (settings) => settings.memcached.memory,
    target: ['MEMCACHED_MB'],
    aws: 'ElastiCache',
    runs: 'memcached',
  },
  {
    kind: 's3',
    roles: ['base', 's3'],
    count: () => 1,
    memory: () => 768,
    target: ['S3_BUCKET', 'S3_REGION'],
    aws: 'S3',
    runs: 'LocalStack S3',
  },
  {
    kind: 'mail',
    roles: ['base', 'mail'],
    count: () => 1,
    memory: () => 128,
    target: [],
    aws: 'SES',
    runs: 'Mailpit',
  },
];

/** The names of a kind's machines: `web-1`, `web-2`; a kind of one has just its name. */
export function machineNames(machine: Machine, settings: Settings): string[] {
  const count = machine.count(settings);
  const numbered = numberedKinds.has(machine.kind);
  return Array.from({ length: count }, (_, index) => (numbered ? `${machine.kind}-${index + 1}` : machine.kind));
}

/** Kinds that may have several machines: numbered even when there is one. */
export const numberedKinds: ReadonlySet<string> = new Set<Kind>(['web', 'memcached']);

export const allNames = (settings: Settings) => machines.flatMap((machine) => machineNames(machine, settings));
