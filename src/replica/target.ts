import { capacity, databaseConnections, type Size } from '../machines/capacity.ts';
import { type Kind, type Machine, machineNames, machines } from '../machines/table.ts';
import type { Target, TargetName } from '../machines/target.ts';
import type { PortName } from '../project/state.ts';
import type { Settings } from '../settings/schema.ts';

/** The replica's vCPUs for the capacity formula: those of its counterpart on AWS (m7g.large), so that values can be compared. */
const cpus = 2;

/** The size of one of the replica's machines in the capacity formula. */
export const replicaSize = (machine: Machine, settings: Settings): Size => ({ memory: machine.memory(settings), cpus });

type PublishedPorts = Pick<Record<PortName, number>, 'https' | 's3'>;

/** Addresses and capacity of one kind of machine in the replica; exactly the names that its row of the table allows. */
export function replicaTarget(
  machine: Machine,
  settings: Settings,
  { project, ports, database = 'site' }: { project: string; ports: PublishedPorts; database?: string | undefined },
): Target {
  const all: Record<TargetName, string> = {
    DB_HOST: settings.database.engine,
    DB_PORT: '3306',
    DB_NAME: database,
    DB_USER: 'site',
    // Container names: the only ones that tell a scaled service's machines apart.
    MEMCACHED: names('memcached', settings)
      .map((name) => `${project}-${name}:11211`)
      .join(','),
    // As a browser on this computer has it, so that it can open what the site signs: the port leads to the s3 machine there and, by
    // BOOTDEV_FORWARD, on the site's machines. The CDN signs nothing.
    S3_ENDPOINT: machine.kind === 'cdn' ? 'http://s3:4566' : `http://127.0.0.1:${ports.s3}`,
    S3_BUCKET: `${settings.site.name}-media`,
    S3_REGION: settings.aws.region || 'eu-west-1',
    MAIL_HOST: 'mail',
    MAIL_PORT: '1025',
    MAIL_TLS: 'off',
    MAIL_AUTH: 'off',
    MAIL_USER: '',
    MAIL_API: 'http://mail:8025',
    SITE_URL: siteUrl(settings, ports.https),
    // Only the replica's own network reaches a web machine, and there only the lb is a client.
    TRUSTED_PROXY: '0.0.0.0/0',
    WEB_HOST: 'web',
    SOLR_URL: settings.search.engine === 'solr' ? 'http://solr:8983/solr/site' : '',
    GLUSTER_NODES: [...names('gluster', settings), ...names('arbiter', settings)].join(','),
    // The replica's own network: nothing else reaches a node.
    GLUSTER_CLIENTS: '*',
    ...codeTarget(settings),
    ...capacity(replicaSize(machine, settings), { php: settings.php, connections: connections(settings) }),
  };
  return Object.fromEntries(machine.target.map((name) => [name, all[name]]));
}

/**
 * A release never changes and each has a path of its own, so nothing has to be looked at twice. A live folder is looked at for each
 * request; PHP's paths every two seconds, since each look costs (and 0 means for ever). cfn/60-web.yaml has the first column.
 */
function codeTarget({ code }: Settings) {
  const live = code.mode === 'live';
  return {
    CODE_LIVE: live ? '1' : '0',
    OPCACHE_VALIDATE: live ? '1' : '0',
    REALPATH_SECONDS: live ? '2' : '600',
    FILE_CACHE: live ? 'off' : 'max=10000 inactive=60s',
    STATIC_EXPIRES: live ? '-1' : '30d',
    // The links of a release were looked at when it was made. In a live folder one may lead to /run/secrets, which is root's.
    STATIC_SYMLINKS: live ? 'if_not_owner' : 'off',
  } satisfies Target;
}

/**
 * Names and addresses that the site is reached at from this computer: what its certificate is for. Not localhost: a certificate
 * authority that may sign a name may sign all below it, and every other replica is below that one.
 */
export const siteNames = ({ site: { domain } }: Settings) => [domain, `*.${domain}`, '127.0.0.1'];

/** `port`: the published one of https; the usual one is in no address that a browser sends, and WordPress would redirect for ever. */
export const siteUrl = ({ site: { domain } }: Settings, port: number) =>
  port === 443 ? `https://${domain}` : `https://${domain}:${port}`;

/** The most web machines there may be (settings web.count, `scale`): another number would restart the database, which scaling must not. */
const mostWeb = 6;

const connections = (settings: Settings) =>
  databaseConnections(replicaSize(byKind('web'), settings), { most: mostWeb, php: settings.php });

const names = (kind: Kind, settings: Settings) => machineNames(byKind(kind), settings);
const byKind = (kind: Kind) => machines.find((machine) => machine.kind === kind) as Machine;
