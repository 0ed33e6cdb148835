/** The differences between the replica and AWS that remain, each with its reason. Data: parity shows them, tests hold the templates to them. */
import type { Settings } from '../../settings/schema.ts';

/** Whose parameters: the database engine, or memcached. */
export type Engine = 'mysql' | 'mariadb' | 'memcached';

const servers = 'RDS sets it by itself and refuses it in a parameter group';
const files = `${servers}: paths are its own`;
const certificate = `${servers}: its certificate is of Amazon's CA`;
const binaryLog =
  'RDS keeps a binary log for its standby and for restores to a point in time; in the replica nobody reads one';

const logOutput = "FILE is the server's own default, RDS's is TABLE: said there so that both write a file";

/** Keys of the replica's file that the parameter group does not have. */
export const fileOnly: Record<Engine, Readonly<Record<string, string>>> = {
  mysql: {
    datadir: files,
    socket: files,
    pid_file: files,
    slow_query_log_file: files,
    secure_file_priv: files,
    bind_address: `${servers}: security groups decide who reaches it`,
    mysqlx: 'RDS has no X protocol, so there is none to turn off',
    ssl_cert: certificate,
    ssl_key: certificate,
    ssl_ca: certificate,
    disable_log_bin: binaryLog,
    innodb_numa_interleave: 'about the memory of a container; RDS looks after its own hosts',
  },
  mariadb: {
    datadir: files,
    socket: files,
    pid_file: files,
    slow_query_log_file: files,
    bind_address: `${servers}: security groups decide who reaches it`,
    ssl_cert: certificate,
    ssl_key: certificate,
    ssl_ca: certificate,
    skip_log_bin: binaryLog,
  },
  memcached: {
    user: 'ElastiCache runs it as a user of its own',
    listen: 'security groups decide who reaches it',
    port: 'an attribute of the cluster, the same 11211',
    udp_port: 'ElastiCache has UDP off, and no switch for it',
    memory_limit: "ElastiCache's max_cache_memory is the node type's and cannot be set; it follows the size",
    conn_limit: "ElastiCache's max_simultaneous_connections is 65000 and cannot be set: more than the replica's",
    threads: "ElastiCache's num_threads is the node type's vCPUs and cannot be set",
  },
};

/** Keys of the parameter group that the replica's file does not have. */
export const groupOnly: Record<Engine, Readonly<Record<string, string>>> = {
  mysql: { log_output: logOutput },
  mariadb: { log_output: logOutput },
  memcached: {},
};

interface OtherValue {
  replica: string;
  aws: string;
  reason: string;
}

/** Keys that both sides have with a value of their own; any other pair of values is a difference. */
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

/** Keys whose values follow the machine's size, with the capacity value that they come from. */
export const bySize: Readonly<Record<string, 'DB_BUFFER_POOL_MB' | 'DB_MAX_CONNECTIONS'>> = {
  innodb_buffer_pool_size: 'DB_BUFFER_POOL_MB',
  max_connections: 'DB_MAX_CONNECTIONS',
};

export interface AcceptedDifference {
  name: string;
  replica: string;
  aws: string;
  reason: string;
}

/** What no file or parameter says: how the services themselves behave. Only what these settings use. */
export function acceptedDifferences({ balancer, files: { store }, search }: Settings): AcceptedDifference[] {
  return [
    ...(balancer.retries > 0
      ? [
          {
            name: 'retry of a failed GET',
            replica: `haproxy, on another web machine, up to ${balancer.retries} times`,
            aws: "CloudFront's origin group, once, for files alone",
            reason: 'an ALB never retries, and an origin group exists only where nothing may be posted',
          },
        ]
      : []),
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
      reason: "ElastiCache gives CloudFormation no other; a node's order is the same, so keys are where they were",
    },
    {
      name: 'standby of the database',
      replica: 'none',
      aws: 'Multi-AZ',
      reason: 'a second database on one computer would fail with the first',
    },
    {
      name: 'object store',
      replica: 'LocalStack, written through to a volume',
      aws: 'S3',
      reason: 'LocalStack alone forgets its objects at a restart',
    },
    {
      name: 'mail',
      replica: 'Mailpit keeps every mail',
      aws: 'SES sends it',
      reason: 'no test mail leaves a computer',
    },
    ...(store === 'gluster'
      ? [
          {
            name: 'disks of the shared files',
            replica: 'volumes of one computer',
            aws: 'EBS in three zones',
            reason: 'a computer is one zone',
          },
        ]
      : []),
    ...(search.engine === 'solr'
      ? [{ name: 'disk of the search index', replica: 'a volume', aws: 'EBS, encrypted', reason: 'no EBS here' }]
      : []),
  ];
}
