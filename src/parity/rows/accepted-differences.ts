/** The differences that remain between the replica and AWS, each with its reason. Data: parity shows them, tests check the templates against them. */
import { onAlb } from '../../cloud/stacks/balancer.ts';
import type { CapacityName } from '../../machines/target.ts';
import type { Settings } from '../../settings/schema.ts';

/** Whose parameters: a database engine's, or memcached's. */
export type Engine = 'mysql' | 'mariadb' | 'memcached';

/** What AWS has in place of a machine, with parameters that can be read: a parameter group, CloudFront, the bucket. */
export type Service = Engine | 'cdn' | 's3';

export interface Expected {
  value: string;
  reason: string;
}

const servers = 'RDS sets it itself and rejects it in a parameter group';
const files = `${servers}: it has its own paths`;
const certificate = `${servers}: its certificate comes from Amazon's CA`;
const binaryLog =
  'RDS keeps a binary log for its standby and for point-in-time restores; in the replica nothing reads one';

const logOutput: Expected = {
  value: 'FILE',
  reason: "the server's own default is FILE, RDS's is TABLE: set in the group so that both write a file",
};
const ownFunctions: Expected = {
  value: '1',
  reason: 'a site may make triggers and functions; with a binary log, which the replica has not, RDS would refuse them',
};

/** Keys of the replica's file that the parameter group does not have. */
export const fileOnly: Record<Engine, Readonly<Record<string, string>>> = {
  mysql: {
    datadir: files,
    socket: files,
    pid_file: files,
    slow_query_log_file: files,
    secure_file_priv: files,
    bind_address: `${servers}: security groups decide who can connect`,
    mysqlx: 'RDS has no X protocol to turn off',
    ssl_cert: certificate,
    ssl_key: certificate,
    ssl_ca: certificate,
    disable_log_bin: binaryLog,
    innodb_numa_interleave: 'it is about the memory of a container; RDS takes care of its own hosts',
  },
  mariadb: {
    datadir: files,
    socket: files,
    pid_file: files,
    slow_query_log_file: files,
    bind_address: `${servers}: security groups decide who can connect`,
    ssl_cert: certificate,
    ssl_key: certificate,
    ssl_ca: certificate,
    skip_log_bin: binaryLog,
  },
  memcached: {
    user: 'ElastiCache runs it as its own user',
    listen: 'security groups decide who can connect',
    port: 'it is an attribute of the cluster, with the same value 11211',
    udp_port: 'ElastiCache has UDP off, and no switch for it',
    memory_limit: 'ElastiCache derives max_cache_memory from the node type, and it cannot be set',
    conn_limit: "ElastiCache's max_simultaneous_connections is 65000, more than the replica's, and cannot be set",
    threads: "ElastiCache's num_threads is the number of the node type's vCPUs, and cannot be set",
  },
};

/** Keys of the parameter group that the replica's file does not have, with the one value that is accepted. */
export const groupOnly: Record<Engine, Readonly<Record<string, Expected>>> = {
  mysql: { log_output: logOutput, log_bin_trust_function_creators: ownFunctions },
  mariadb: { log_output: logOutput, log_bin_trust_function_creators: ownFunctions },
  memcached: {},
};

export interface OtherValue {
  replica: string;
  aws: string;
  reason: string;
}

/** Keys that have a different value on each side; any other pair of values is a difference. */
export const otherValue: Record<Engine, Readonly<Record<string, OtherValue>>> = {
  mysql: {
    innodb_flush_log_at_trx_commit: {
      replica: '2',
      aws: '1',
      reason: "a computer's power cut may cost the replica a second of commits; production loses none",
    },
  },
  mariadb: {
    innodb_flush_log_at_trx_commit: {
      replica: '2',
      aws: '1',
      reason: "a computer's power cut may cost the replica a second of commits; production loses none",
    },
  },
  memcached: {},
};

/** Keys whose values depend on the machine's size, with the capacity value that they come from. */
export const bySize: Readonly<Record<string, CapacityName>> = {
  innodb_buffer_pool_size: 'DB_BUFFER_POOL_MB',
  max_connections: 'DB_MAX_CONNECTIONS',
  innodb_redo_log_capacity: 'DB_REDO_LOG_MB', // MySQL's
  innodb_log_file_size: 'DB_REDO_LOG_MB', // MariaDB's
  performance_schema: 'DB_PERFORMANCE_SCHEMA',
};

export interface AcceptedDifference {
  name: string;
  replica: string;
  aws: string;
  reason: string;
}

/** What is in no file or parameter: how the services themselves behave. Only for what these settings use. */
export function acceptedDifferences({ balancer, cdn, files: { store }, search }: Settings): AcceptedDifference[] {
  const { algorithm, lost } = onAlb(balancer);
  return [
    ...(lost === ''
      ? []
      : [{ name: `LVS' ${balancer.scheduler}`, replica: 'of connections', aws: algorithm, reason: lost }]),
    ...(balancer.retries > 0 && balancer.kind === 'haproxy'
      ? [
          {
            name: 'retry of a failed GET',
            replica: `haproxy, on another web machine, up to ${balancer.retries} times`,
            aws: "CloudFront's origin group, once, for files alone",
            reason: 'an ALB never retries, and CloudFront allows an origin group only where requests cannot be POST',
          },
        ]
      : []),
    {
      name: 'load balancer',
      replica: balancer.kind === 'lvs' ? "LVS, keepalived's and haproxy's files" : "haproxy's files",
      aws: 'stack 58-edge',
      reason:
        "an ALB has no file, and its attributes are not read: the stack's algorithm, health check and headers are made from what haproxy's and nginx' files say",
    },
    cdn.enabled
      ? {
          name: 'edge cache',
          replica: 'one machine, whose nginx has the behaviours of 58-edge',
          aws: 'CloudFront, in many places, each with its own cache',
          reason: 'a computer is one place; which answers are kept, under what and how long, is the same',
        }
      : {
          name: 'edge cache',
          replica: 'none',
          aws: 'CloudFront keeps pages a minute at most, files up to a year',
          reason: 'cdn.enabled is false; what may be kept, and how long, the same headers of nginx say',
        },
    {
      name: 'health check of a web machine',
      replica: 'every 0.5 s',
      aws: 'every 5 s',
      reason: "an ALB's shortest interval",
    },
    {
      name: 'memcached nodes',
      replica: 'by name',
      aws: 'by the configuration endpoint (config get cluster)',
      reason:
        'ElastiCache gives CloudFormation nothing else; the order of nodes is the same, so every key stays on its node',
    },
    {
      name: 'standby of the database',
      replica: 'none',
      aws: 'Multi-AZ',
      reason: 'a second database on one computer would fail with the first',
    },
    {
      name: 'object store',
      replica: 'LocalStack, which also writes to a volume',
      aws: 'S3',
      reason: 'without the volume, LocalStack would lose its objects at a restart',
    },
    {
      name: 'mail',
      replica: 'Mailpit keeps every mail',
      aws: 'SES sends it',
      reason: 'a replica must not send mail to real people',
    },
    ...(store === 'gluster'
      ? [
          {
            name: 'disks of the shared files',
            replica: 'volumes of one computer',
            aws: 'EBS in three zones',
            reason: 'one computer is one zone',
          },
        ]
      : []),
    ...(search.engine === 'solr'
      ? [
          {
            name: 'disk of the search index',
            replica: 'a volume',
            aws: 'EBS, encrypted',
            reason: 'EBS exists only on AWS',
          },
        ]
      : []),
  ];
}
