/** The settings of each section: kind, default and meaning. */
import { parse } from 'tldts';
import {
  choice,
  commands,
  duration,
  emptyOr,
  flag,
  gitAddress,
  hostName,
  integer,
  list,
  mailAddress,
  megabytes,
  privateNetwork,
  text,
  weights,
} from './kinds.ts';

const MINUTE = 60;
const DAY = 86_400;
const GB = 1024;

const insidePath = /^$|^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/** Names that many owners have their own below: com, co.uk, github.io, and the one that every replica is below. */
function isShared(name: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = parse(name, { allowPrivateDomains: true });
  return name === 'localhost' || (name !== '' && name === publicSuffix && Boolean(isIcann || isPrivate));
}

export const site = {
  name: text(/^[a-z](?:[a-z0-9-]{0,29}[a-z0-9])?$/, 'a name of a-z, 0-9 and "-", beginning with a letter, at most 31')
    .default('site')
    .describe('Short name of the site; machines, volumes and stacks are named after it.'),
  // Whoever trusts the replica's certificate authority trusts it for this name and all below it.
  domain: hostName()
    .refine((name) => !isShared(name), {
      error: ({ input }) => `${input} is no name of one owner: use one below it, such as shop.${input}`,
    })
    .default('')
    .describe('Host name of the site; empty means <site.name>.localhost.'),
};

export const code = {
  path: text(/^[^\0\r\n]*$/, 'a folder')
    .default('')
    .describe("Folder of the site's code, relative to bootdev.yaml; empty means that folder itself, or the sample."),
  docroot: text(insidePath, 'a folder inside the code, such as web')
    .default('')
    .describe('Folder inside the code that is served, such as web; empty means the code itself.'),
  git: gitAddress()
    .default('')
    .describe(
      'Repository that bootdev deploy makes releases of: https://…, ssh://… or git@host:owner/name.git; empty means the folder code.path.',
    ),
  ref: text(/^$|^(?!-)(?!.*\.\.)[\w./+@-]{1,200}$/, 'a branch, a tag or a commit')
    .default('')
    .describe('Branch, tag or commit that bootdev deploy takes unless it is told; empty means the default branch.'),
  build: commands().describe(
    'Commands that finish a release of code.git, in the code, after composer install, npm ci and npm run build; without network secrets and without the database.',
  ),
  update: commands().describe(
    'Commands that run once on the admin machine, as the site, after another release of code.git: migrations of the database. The applications’ own need no line here.',
  ),
  keep: integer(2, 20).default(5).describe('Releases of code.git that stay on this computer, to go back to.'),
  mode: emptyOr(['live', 'release'])
    .default('')
    .describe(
      'What the replica serves: the folder itself, so that an edit shows at the next request and no page is stored, or a release, a copy made by each up, as on AWS. Yours alone, so not in bootdev.yaml; empty means live for a folder on this computer, release for the sample, for code.git and for an engine elsewhere.',
    ),
};

export const web = {
  count: integer(1, 6).default(2).describe('Number of web machines in the replica.'),
  memory: megabytes(256, 64 * GB)
    .prefault(512)
    .describe('Memory of one web machine in the replica, in MB.'),
};

export const php = {
  memoryLimit: megabytes(32, 16 * GB)
    .prefault(256)
    .describe('Memory one PHP request may use, in MB.'),
  childMemory: megabytes(0, 8 * GB)
    .prefault(0)
    .describe(
      'Memory planned for one PHP process, in MB, as bootdev size measures it: the number of processes follows from it; 0 means a quarter of php.memoryLimit.',
    ),
  uploadLimit: megabytes(1, 4 * GB)
    .prefault(64)
    .describe('Largest upload, in MB, for nginx and PHP alike.'),
  maxExecutionTime: duration(1, 60 * MINUTE)
    .prefault(60)
    .describe('Longest time a request may run, in seconds.'),
};

export const admin = {
  memory: megabytes(256, 64 * GB)
    .prefault(512)
    .describe('Memory of the admin machine in the replica, in MB.'),
};

export const database = {
  engine: choice(['mysql', 'mariadb']).default('mysql').describe('Database server.'),
  memory: megabytes(384, 256 * GB)
    .prefault(768)
    .describe('Memory of the database machine in the replica, in MB.'),
  queryCache: megabytes(0, 1024)
    .prefault(0)
    .describe("MariaDB's cache of query results, in MB of the machine's memory; 0 means off."),
};

export const memcached = {
  count: integer(1, 4).default(2).describe('Number of memcached machines.'),
  memory: megabytes(32, 64 * GB)
    .prefault(128)
    .describe('Memory of one memcached machine in the replica, in MB.'),
};

export const search = {
  engine: choice(['solr', 'none']).default('solr').describe('Search server.'),
  memory: megabytes(384, 64 * GB)
    .prefault(768)
    .describe('Memory of the search machine in the replica, in MB.'),
};

export const files = {
  store: choice(['gluster', 'volume'])
    .default('gluster')
    .describe('Where uploaded files are stored, so that every web machine has them.'),
  corsOrigins: list(/^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/, 'origins such as https://app.example.com')
    .prefault([])
    .describe(
      "Origins of other sites whose pages may read this site's files by script, fonts included (CORS): the code's, the uploaded ones and the bucket's, never pages.",
    ),
};

/** The kernel's (ip_vs_rr, ip_vs_wrr …), in the order of its manual. */
export const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq'] as const;

export const balancer = {
  kind: choice(['haproxy', 'lvs'])
    .default('haproxy')
    .describe(
      "What distributes requests to the web machines: haproxy, or the kernel's own Linux Virtual Server, which distributes connections; TLS then ends in a haproxy before each web machine.",
    ),
  algorithm: choice(['leastconn', 'roundrobin', 'random'])
    .default('leastconn')
    .describe(
      'Which web machine gets the next request: the least busy one, each in turn, or a random one; an ALB calls these least_outstanding_requests, round_robin and weighted_random.',
    ),
  scheduler: choice(schedulers)
    .default('wlc')
    .describe(
      "Which web machine gets the next connection, where balancer.kind is lvs: the kernel's ten schedulers, by the names that ipvsadm has for them.",
    ),
  mode: choice(['fullnat', 'nat', 'dr', 'tun'])
    .default('fullnat')
    .describe(
      'How a connection reaches a web machine, where balancer.kind is lvs: with both addresses rewritten (fullnat), its destination alone (nat), by its Ethernet address (dr: direct routing), or in a packet of its own (tun: IP in IP).',
    ),
  weights: weights().describe(
    'Weights of web-1, web-2 …, where balancer.kind is lvs and the scheduler counts them; a machine without one has 1.',
  ),
  directors: integer(1, 2)
    .default(1)
    .describe(
      'Machines that distribute: with two, the second takes over the address of the first (VRRP). On AWS the balancer has its own.',
    ),
  sticky: choice(['off', 'cookie'])
    .default('off')
    .describe('Whether a cookie of the balancer keeps a visitor on one web machine, as an ALB can.'),
  retries: integer(0, 3)
    .default(3)
    .describe(
      'How often a safe request (GET, HEAD) that a web machine did not answer is sent to another one. An ALB never does that; on AWS, CloudFront does it once, for files only, because a path that accepts POST cannot have a second origin there.',
    ),
  https: choice(['both', 'redirect'])
    .default('both')
    .describe('What http does: serve the site like https, or redirect every visitor to https as on AWS.'),
};

export const mail = {
  from: mailAddress().default('').describe("Sender of the site's mail; empty means no-reply@<site.domain>."),
  otherSenders: choice(['rewrite', 'refuse'])
    .default('rewrite')
    .describe(
      "What happens to a mail whose From is another address, which SES would refuse: it is sent as mail.from and that address gets the replies, or the site's call fails and says why.",
    ),
};

export const cron = {
  enabled: flag().default(true).describe("Whether the admin machine runs the site's cron."),
  interval: duration(MINUTE, DAY, { zero: true })
    .prefault(0)
    .describe(
      'Time between two cron runs, in seconds; 0 means as the application needs it: 60 for WordPress, 300 for most.',
    ),
  failureMail: mailAddress()
    .default('')
    .describe('Who gets a mail when a job begins to fail, and when it works again; empty means nobody.'),
};

const port = (name: string, first: number) =>
  integer(0, 65_535)
    .default(0)
    .describe(`Port of ${name} on this computer; 0 means the one that it had first (${first}, or the next free one).`);

/** Personal: best in bootdev.local.yaml. */
export const ports = {
  https: port('the site', 8443),
  http: port('the site by http', 8080),
  s3: port('S3', 4566),
  mail: port("the mails' web page", 8025),
};

/** Empty: the type for `size` in the replica's architecture. */
const instanceType = (of: string) =>
  text(/^$|^[a-z0-9-]+\.[a-z0-9-]+$/, 'an EC2 instance type such as m7g.large')
    .default('')
    .describe(`EC2 instance type of ${of}; empty means the type for size, in the replica's architecture.`);

export const aws = {
  region: text(/^$|^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1')
    .default('')
    .describe('AWS region of the stacks; empty means that none is chosen yet.'),
  profile: text(/^[^\0\r\n]*$/, 'a profile name')
    .default('')
    .describe('Profile in ~/.aws/config; empty means the default one.'),
  hostedZone: text(/^$|^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone such as Z0123456789ABCDEFGHIJ')
    .default('')
    .describe(
      'Route 53 zone of site.domain, where promote creates the DNS records; empty means you create them yourself.',
    ),
  vpcCidr: privateNetwork().default('10.40.0.0/16').describe('Addresses of the private network.'),
  zones: integer(2, 3).default(3).describe('Number of availability zones.'),
  nat: choice(['one', 'per-zone'])
    .default('one')
    .describe(
      'NAT gateways: one for all zones, or one in each zone, which survives the loss of a zone and costs two or three times as much.',
    ),
  webInstance: instanceType('a web machine'),
  adminInstance: instanceType('the admin machine'),
  searchInstance: instanceType('the search machine'),
  filesInstance: instanceType('a machine that stores files'),
  arbiterInstance: instanceType('the arbiter of the files'),
  webMin: integer(0, 50).default(0).describe('Smallest number of web machines; 0 means web.count.'),
  webMax: integer(0, 100).default(0).describe('Largest number of web machines; 0 means twice the smallest.'),
  databaseClass: text(/^$|^db\.[a-z0-9-]+\.[a-z0-9-]+$/, 'a database class such as db.m7g.large')
    .default('')
    .describe('Class of the RDS instance; empty means the class for size.'),
  databaseStorage: integer(20, 16_384).default(20).describe('Initial storage of the database, in GB.'),
  cacheNode: text(/^$|^cache\.[a-z0-9-]+\.[a-z0-9-]+$/, 'a node type such as cache.t4g.medium')
    .default('')
    .describe('Node type of ElastiCache; empty means the type for size.'),
  permissionsBoundary: text(
    /^$|^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]{1,512}$/,
    'the ARN of a managed policy such as arn:aws:iam::123456789012:policy/shop-production-boundary',
  )
    .default('')
    .describe(
      "Permissions boundary of the machines' roles (cfn/iam/boundary.json as a policy of yours); empty means none.",
    ),
  alarmMail: mailAddress().default('').describe('Who gets the alarms by mail; empty means nobody.'),
};
