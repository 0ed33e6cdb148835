/** Everything a user can choose, in one table. Pure: no file, no environment. An empty file is a valid site. */
import { z } from 'zod';
import { choice, duration, emptyYet, flag, integer, megabytes, notYet, text } from './kinds.ts';
import { isTree, merge, type Tree } from './tree.ts';

const MINUTE = 60;
const DAY = 86_400;
const GB = 1024;

const hostname = /^$|^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const insidePath = /^$|^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

const site = {
  name: text(/^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?$/, 'a name of a-z, 0-9 and "-", beginning with a letter, at most 31')
    .default('site')
    .describe('Short name of the site; machines, volumes and stacks are named after it.'),
  domain: text(hostname, 'a host name such as shop.example.org')
    .default('')
    .describe('Host name of the site; empty means <site.name>.localhost.'),
};

const code = {
  path: text(/^[^\0\r\n]*$/, 'a folder')
    .default('')
    .describe("Folder of the site's code, seen from bootdev.yaml; empty means the folder itself, or the sample."),
  docroot: text(insidePath, 'a folder inside the code, such as web')
    .default('')
    .describe('Folder inside the code that is served, such as web; empty means the code itself.'),
};

const web = {
  count: integer(1, 6).default(2).describe('Number of web machines in the replica.'),
  memory: megabytes(256, 64 * GB)
    .prefault(512)
    .describe('Memory of one web machine in the replica, in MB.'),
};

const php = {
  memoryLimit: megabytes(32, 16 * GB)
    .prefault(256)
    .describe('Memory one PHP request may use, in MB.'),
  uploadLimit: megabytes(1, 4 * GB)
    .prefault(64)
    .describe('Largest upload, in MB; nginx and PHP take the same.'),
  maxExecutionTime: duration(1, 60 * MINUTE)
    .prefault(60)
    .describe('Longest time a request may run, in seconds.'),
};

const admin = {
  memory: megabytes(256, 64 * GB)
    .prefault(512)
    .describe('Memory of the admin machine in the replica, in MB.'),
};

const database = {
  engine: choice(['mysql', 'mariadb']).default('mysql').describe('Database server.'),
  memory: megabytes(384, 256 * GB)
    .prefault(768)
    .describe('Memory of the database machine in the replica, in MB.'),
  queryCache: megabytes(0, 1024)
    .prefault(0)
    .describe("MariaDB's cache of whole answers, in MB of the machine's memory; 0 means off."),
};

const memcached = {
  count: integer(1, 4).default(2).describe('Number of memcached machines.'),
  memory: megabytes(32, 64 * GB)
    .prefault(128)
    .describe('Memory of one memcached machine in the replica, in MB.'),
};

const search = {
  engine: choice(['solr', 'none']).default('solr').describe('Search server.'),
  memory: megabytes(384, 64 * GB)
    .prefault(768)
    .describe('Memory of the search machine in the replica, in MB.'),
};

const files = {
  store: choice(['gluster', 'volume'], ['efs'])
    .default('gluster')
    .describe('Where uploaded files live, so that every web machine sees them.'),
};

const balancer = {
  kind: choice(['haproxy'], ['lvs']).default('haproxy').describe('What spreads requests over the web machines.'),
  algorithm: choice(['leastconn', 'roundrobin', 'random'])
    .default('leastconn')
    .describe(
      'Which web machine gets the next request: the least busy, each in turn, or any; an ALB calls these least_outstanding_requests, round_robin and weighted_random.',
    ),
  sticky: choice(['off', 'cookie'])
    .default('off')
    .describe('Whether a cookie of the balancer keeps a visitor on one web machine, as an ALB can.'),
  retries: integer(0, 3)
    .default(3)
    .describe(
      'How often a safe request (GET, HEAD) that a web machine did not answer goes to another one. An ALB never does that; on AWS CloudFront does it once, for files only: what may be posted to cannot have a second origin there.',
    ),
  https: choice(['both', 'redirect'])
    .default('both')
    .describe('What http does: serve the site as https does, or send every visitor to https as on AWS.'),
};

const cache = {
  enabled: flag().default(true).describe("nginx' micro-cache for pages without a session."),
  ttl: duration(1, DAY).prefault(10).describe('How long a page stays fresh in the micro-cache, in seconds.'),
  stale: duration(0, 30 * DAY)
    .prefault(DAY)
    .describe('How long an old page may be served while PHP fails or renews it, in seconds.'),
};

const mail = {
  from: text(/^$|^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/, 'a mail address')
    .default('')
    .describe("Sender of the site's mail; empty means no-reply@<site.domain>."),
};

const cron = {
  enabled: flag().default(true).describe("Whether the admin machine runs the site's cron."),
  interval: duration(MINUTE, DAY).prefault(300).describe('Time between two cron runs, in seconds.'),
};

/** Empty: the one of `size` in the replica's architecture. */
const instanceType = (of: string) =>
  text(/^$|^[a-z0-9-]+\.[a-z0-9-]+$/, 'an EC2 instance type such as m7g.large')
    .default('')
    .describe(`EC2 instance type of ${of}; empty means what size stands for, in the replica's architecture.`);

const aws = {
  region: text(/^$|^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1')
    .default('')
    .describe('AWS region of the stacks; empty means undecided.'),
  profile: text(/^[^\0\r\n]*$/, 'a profile name')
    .default('')
    .describe('Profile in ~/.aws/config; empty means the usual one.'),
  hostedZone: text(/^$|^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone such as Z0123456789ABCDEFGHIJ')
    .default('')
    .describe('Route 53 zone of site.domain, where promote makes the DNS records; empty means you make them yourself.'),
  vpcCidr: text(/^(?:\d{1,3}\.){3}0\/(?:1[6-9]|20)$/, 'a private network such as 10.40.0.0/16, of size /16 to /20')
    .default('10.40.0.0/16')
    .describe('Addresses of the private network.'),
  zones: integer(2, 3).default(3).describe('Number of availability zones.'),
  nat: choice(['one', 'per-zone'])
    .default('one')
    .describe(
      'NAT gateways: one for all zones, or one in each, which survives the loss of a zone and costs as many times.',
    ),
  webInstance: instanceType('a web machine'),
  adminInstance: instanceType('the admin machine'),
  searchInstance: instanceType('the search machine'),
  filesInstance: instanceType('a machine that holds files'),
  arbiterInstance: instanceType('the arbiter of the files'),
  webMin: integer(0, 50).default(0).describe('Fewest web machines; 0 means web.count.'),
  webMax: integer(0, 100).default(0).describe('Most web machines; 0 means twice the fewest.'),
  databaseClass: text(/^$|^db\.[a-z0-9-]+\.[a-z0-9-]+$/, 'a database class such as db.m7g.large')
    .default('')
    .describe('Class of the RDS instance; empty means what size stands for.'),
  databaseStorage: integer(20, 16_384).default(20).describe('Storage of the database at the beginning, in GB.'),
  cacheNode: text(/^$|^cache\.[a-z0-9-]+\.[a-z0-9-]+$/, 'a node type such as cache.t4g.medium')
    .default('')
    .describe('Node type of ElastiCache; empty means what size stands for.'),
  alarmMail: text(/^$|^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/, 'a mail address')
    .default('')
    .describe('Who gets the alarms by mail; empty means nobody.'),
};

// "as never": the compiler cannot see that every setting of every section has a default.
const section = <Shape extends z.core.$ZodShape>(shape: Shape, description: string) =>
  z
    .strictObject(shape, { error: 'expected a section with settings below it' })
    .prefault({} as never)
    .describe(description);

export const settingsSchema = z
  .strictObject(
    {
      site: section(site, 'The site'),
      application: choice(['sample', 'wordpress', 'php'], ['drupal', 'drupal7', 'backdrop'])
        .default('sample')
        .describe('What the code is; it decides the nginx rules, cron and settings.'),
      size: choice(['small', 'medium', 'large'])
        .default('small')
        .describe('Preset for numbers and memory of machines; any of them may still be set by itself.'),
      images: choice(['auto', 'registry', 'packages'])
        .default('auto')
        .describe('Where base images come from: a container registry, Debian packages, or what works.'),
      code: section(code, 'The code of the site'),
      web: section(web, 'Web machines: nginx and PHP'),
      php: section(php, 'Limits of PHP'),
      admin: section(admin, 'The admin machine: cron and command line'),
      database: section(database, 'The database machine'),
      memcached: section(memcached, 'Memcached machines'),
      search: section(search, 'Search'),
      files: section(files, 'Uploaded files'),
      balancer: section(balancer, 'The load balancer'),
      cache: section(cache, 'The micro-cache'),
      mail: section(mail, 'Mail'),
      cdn: section({ enabled: notYet(false).default(false).describe('Comes with a later version.') }, 'Edge cache'),
      map: section({ apiKey: notYet('').default('').describe('Comes with a later version.') }, 'Maps'),
      social: emptyYet().prefault({}).describe('Comes with a later version.'),
      cron: section(cron, 'Cron'),
      aws: section(aws, 'The AWS account'),
      environments: emptyYet().prefault({}).describe('Comes with a later version.'),
    },
    { error: 'expected settings, one "name: value" a line' },
  )
  .superRefine((settings, context) => {
    if (settings.php.memoryLimit > settings.web.memory - 128) {
      const fits = `at most web.memory (${settings.web.memory}) less 128 MB for nginx and PHP itself`;
      context.addIssue({ code: 'custom', path: ['php', 'memoryLimit'], message: `expected ${fits}` });
    }
    if (settings.php.uploadLimit > settings.php.memoryLimit) {
      const message = `expected at most php.memoryLimit (${settings.php.memoryLimit})`;
      context.addIssue({ code: 'custom', path: ['php', 'uploadLimit'], message });
    }
    const { engine, memory, queryCache } = settings.database;
    if (queryCache > 0 && (engine === 'mysql' || queryCache > memory / 4)) {
      const message =
        engine === 'mysql'
          ? 'expected 0: MySQL has no query cache (since version 8), only database.engine mariadb has one'
          : `expected at most a quarter of database.memory (${memory}), whose larger part is for InnoDB`;
      context.addIssue({ code: 'custom', path: ['database', 'queryCache'], message });
    }
  });

/** As a user may write them: everything optional, units allowed. */
export type SettingsInput = z.input<typeof settingsSchema>;

/** Complete and in plain units: seconds and MB. */
export type Settings = DeepReadonly<z.output<typeof settingsSchema>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** What `size` stands for: a layer just above the defaults. `small` is the defaults themselves. */
export const presets: Record<Settings['size'], SettingsInput> = {
  small: {},
  medium: {
    web: { count: 2, memory: 1024 },
    admin: { memory: 1024 },
    database: { memory: 2048 },
    memcached: { memory: 256 },
  },
  large: {
    web: { count: 3, memory: 2048 },
    admin: { memory: 1024 },
    database: { memory: 4096 },
    memcached: { memory: 512 },
  },
};

export function presetOf(raw: Tree): SettingsInput {
  return Object.hasOwn(presets, String(raw.size)) ? presets[raw.size as Settings['size']] : {};
}

/** Checks raw settings; `issues` have zod's paths. Presets and derived values are filled in. */
export function checkSettings(raw: unknown): { settings: Settings } | { issues: z.core.$ZodIssue[] } {
  const preset = isTree(raw) ? presetOf(raw) : {};
  const result = settingsSchema.safeParse(isTree(raw) ? merge(preset, raw) : raw);
  return result.success ? { settings: derive(result.data) } : { issues: result.error.issues };
}

/** For settings that are known to be right (tests, the wizard's preview); throws a plain Error otherwise. */
export function completeSettings(raw: SettingsInput = {}): Settings {
  const result = checkSettings(raw);
  if ('issues' in result) throw new Error(z.prettifyError(new z.ZodError(result.issues)));
  return result.settings;
}

/** Values that follow from others where the user left them empty. */
function derive(settings: Settings): Settings {
  const domain = settings.site.domain || `${settings.site.name}.localhost`;
  return {
    ...settings,
    site: { ...settings.site, domain },
    code: { ...settings.code, path: settings.code.path || (settings.application === 'sample' ? '' : '.') },
    mail: { ...settings.mail, from: settings.mail.from || `no-reply@${domain}` },
  };
}
