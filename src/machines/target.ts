/**
 * The closed lists of names that a machine's files may leave open, as @NAME@, for the side they run on.
 * Everything else in a bundle is the same here and on AWS. Values are text; units are in the name or here.
 */
const addressNames = [
  'DB_HOST',
  'DB_PORT',
  'DB_NAME',
  'DB_USER',
  /** host:port,host:port in a stable order: consistent hashing depends on it. */
  'MEMCACHED',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'MAIL_HOST',
  'MAIL_PORT',
  /** `on` or `off`: STARTTLS, and a login as MAIL_USER with the password of /run/secrets/app/mail-password. */
  'MAIL_TLS',
  'MAIL_AUTH',
  'MAIL_USER',
  /** Base of Mailpit's API, where a sent mail can be found; empty on AWS. */
  'MAIL_API',
  /** The site's public address, scheme included, without a slash at the end. */
  'SITE_URL',
  /** CIDR whose X-Forwarded-* headers are trusted. */
  'TRUSTED_PROXY',
  'WEB_HOST',
  /** Base of the core that the site searches, http://host:8983/solr/site; empty where search is off. */
  'SOLR_URL',
  /** host,host,host of the data nodes and the arbiter; empty where files are not on Gluster. */
  'GLUSTER_NODES',
  /** Addresses that may mount the volume, as GlusterFS's auth.allow has them. */
  'GLUSTER_CLIENTS',
  // What follows from the code being a release, which never changes, or a live folder (`codeNames`).
  /** `1`: a live folder, so no page is stored. */
  'CODE_LIVE',
  /** Whether PHP looks at a file's time at each request: `0` or `1`. */
  'OPCACHE_VALIDATE',
  /** How long PHP remembers where a path leads. */
  'REALPATH_SECONDS',
  /** nginx' open_file_cache. */
  'FILE_CACHE',
  /** How long browsers keep files of the code: nginx' expires. */
  'STATIC_EXPIRES',
  /** nginx' disable_symlinks for files of the code. */
  'STATIC_SYMLINKS',
] as const;

/** What must follow a machine's size. */
export const capacityNames = [
  'FPM_CHILDREN',
  'OPCACHE_MB',
  'APCU_MB',
  'DB_BUFFER_POOL_MB',
  'DB_MAX_CONNECTIONS',
  'DB_REDO_LOG_MB',
  /** 1: on; 0: off. */
  'DB_PERFORMANCE_SCHEMA',
  'MEMCACHED_MB',
  'SOLR_HEAP_MB',
] as const;

/** Whether a name of a target follows the size of its machine. */
export const isCapacity = (name: string): name is CapacityName => (capacityNames as readonly string[]).includes(name);

type AddressName = (typeof addressNames)[number];
export type CapacityName = (typeof capacityNames)[number];
export type TargetName = AddressName | CapacityName;
export type Target = Partial<Record<TargetName, string>>;

/** A target as the file that a machine reads: NAME=value lines, sorted, so that equal targets have equal bytes. */
export function targetFile(target: Target): string {
  return Object.entries(target)
    .map(([name, value]) => `${name}=${value}\n`)
    .sort()
    .join('');
}
