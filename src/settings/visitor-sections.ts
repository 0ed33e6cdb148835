/** The sections about what visitors get and send: the micro-cache, and limits. */
import { duration, emptyOr, flag, integer, list } from './kinds.ts';

const MINUTE = 60;
const DAY = 86_400;

/** What advertisers and mailers add to addresses, for statistics that run in the browser. */
const campaignArguments = [
  ...[
    'utm_*',
    'gclid',
    'gclsrc',
    'dclid',
    'gbraid',
    'wbraid',
    'gad_source',
    'gad_campaignid',
    '_gl',
    'fbclid',
    'igshid',
  ],
  ...['msclkid', 'yclid', 'twclid', 'ttclid', 'li_fat_id', 'mc_cid', 'mc_eid', '_hsenc', '_hsmi', 'mkt_tok'],
];

const paths = (what: string, example: string) =>
  list(/^\/[\w./~-]*\*?$/, `paths such as ${example}`)
    .prefault([])
    .describe(`${what}, beside those of the application's folder; * at the end stands for anything.`);

export const cache = {
  enabled: flag().default(true).describe("nginx' micro-cache for pages without a session."),
  ttl: duration(1, DAY).prefault(10).describe('How long a page stays fresh in the micro-cache, in seconds.'),
  stale: duration(0, 30 * DAY)
    .prefault(DAY)
    .describe('How long an old page may be served while PHP fails, in seconds.'),
  grace: duration(0, MINUTE)
    .prefault(1)
    .describe(
      'How long after its time an old page may be served while a new one is made, in seconds. After cache.ttl and this, nobody gets a page that PHP no longer gives.',
    ),
  sessionCookies: list(/^[\w-]+\*?$/, 'names of cookies such as shopsid or cart_*')
    .prefault([])
    .describe(
      "Cookies of visitors who get their own pages, beside those of the application's folder; * at the end stands for anything.",
    ),
  varyCookies: list(/^\w+$/, 'names of cookies such as age_ok')
    .prefault([])
    .describe('Cookies that decide what a page looks like for everybody who has the same value, such as an age gate.'),
  uncachedPaths: paths('Paths that PHP always answers', '/cart or /account/*'),
  stripArguments: list(/^[\w.-]+\*?$/, 'names of arguments such as gclid or utm_*')
    .prefault(campaignArguments)
    .describe(
      'Arguments of campaigns: they divide no page, and PHP does not see them; * at the end stands for anything.',
    ),
  warm: emptyOr(['on', 'off'])
    .default('')
    .describe(
      'Whether the admin machine asks for the pages of the sitemap after a release and after a purge, so that no visitor waits for them; empty means on where cache.ttl is a minute or more, since what is made is gone after that time.',
    ),
  warmRate: integer(1, 200)
    .default(10)
    .describe('How many pages the pre-warmer asks for in a second, of all web machines together.'),
  warmPages: integer(1, 10_000).default(500).describe('How many addresses the pre-warmer takes at most.'),
  warmEvery: duration(5 * MINUTE, 7 * DAY, { zero: true })
    .prefault(0)
    .describe('Time between two runs of the pre-warmer without a release or a purge, in seconds; 0 means none.'),
  warmCookies: list(/^\w+=[\w.%-]*$/, 'cookies with a value such as age_ok=1')
    .prefault([])
    .describe(
      'Values of cache.varyCookies with which the pre-warmer asks for each page too, beside asking without a cookie.',
    ),
};

/** Seconds; with a shorter cache.ttl what the pre-warmer made would be gone before it ends. */
const leastWarmTtl = MINUTE;

/** What `cache.warm` means where it is empty. */
export const warmOf = ({ enabled, ttl, warm }: { enabled: boolean; ttl: number; warm: '' | 'on' | 'off' }) =>
  enabled && (warm || (ttl >= leastWarmTtl ? 'on' : 'off')) === 'on' ? 'on' : 'off';

export const cdn = {
  enabled: flag()
    .default(false)
    .describe(
      'Whether the replica has a CDN before the load balancer, with the behaviours that CloudFront has on AWS (there it always is).',
    ),
  hsts: flag()
    .default(true)
    .describe(
      'Whether CloudFront tells browsers to use https alone for this name, for a year (Strict-Transport-Security). Never in the replica: a browser would apply it to every port of the name, http included.',
    ),
};

/** How many a minute, of one visitor's address on one web machine. */
const perMinute = (what: string, fallback: number) =>
  integer(0, 10_000)
    .default(fallback)
    .describe(
      `How many ${what} an address may send to a web machine in a minute; more are answered 429. 0 means no limit.`,
    );
export const limits = {
  login: perMinute('login forms', 20),
  loginPaths: paths('Paths to which login forms are sent', '/login or /account/*'),
  xmlrpc: perMinute('XML-RPC calls', 30),
  xmlrpcPaths: paths('Paths of XML-RPC', '/xmlrpc.php'),
  form: perMinute('forms of visitors', 30),
  formPaths: paths('Paths to which visitors send forms, such as comments', '/contact or /forms/*'),
};
