/** A site's own nginx files, directive by directive. Pure. */
import type { Files, Problem, Surroundings } from '../own-config.ts';
import { refuseAddress } from './address.ts';
import { inUpstream, judge } from './directives.ts';
import { type Directive, NotNginx, parseNginx } from './parse.ts';
import { checkLocation, refusePath, refuseTried } from './path.ts';

type Part = 'http' | 'server' | 'headers';

/** Where a directive stands. */
interface Place {
  part: Part;
  /** The blocks around it, outermost first. */
  around: readonly Directive[];
  upstreams: ReadonlySet<string>;
  /** Variables that bootdev's own files set. */
  taken: ReadonlySet<string>;
}

/** Blocks whose content is data: words, not directives. */
const tables = new Set(['map', 'geo', 'split_clients', 'types', 'charset_map']);
/** Our own files that may be included, and where. */
const snippets = new Set(['page.conf', 'headers.conf', 'static.conf', 'files.conf', 'code.conf']);

export function checkNginx(files: Files, { docker }: Surroundings): Problem[] {
  const problems: Problem[] = [];
  const trees = new Map<string, Directive[]>();
  for (const [path, text] of files) {
    try {
      trees.set(path, parseNginx(text));
    } catch (error) {
      if (!(error instanceof NotNginx)) throw error;
      problems.push({ path, line: error.line, text: error.message });
    }
  }
  const upstreams = new Set([...trees.values()].flat().flatMap(({ name, args }) => (name === 'upstream' ? args : [])));
  const taken = ownVariables(docker);
  for (const [path, tree] of trees) {
    const place: Place = { part: path.split('/')[1] as Part, around: [], upstreams, taken };
    for (const { line, text } of tree.flatMap((directive) => checkDirective(directive, place)))
      problems.push({ path, line, text });
  }
  return problems;
}

export type Finding = Omit<Problem, 'path'>;

function checkDirective(directive: Directive, place: Place): Finding[] {
  const { name, line, block } = directive;
  const why = refuse(directive, place) ?? refuseCaptures(directive, place);
  const here = why ? [{ line, text: `${name}: ${why}.` }] : [];
  if (!block) return here;
  if (why && !tables.has(name)) return here;
  if (tables.has(name)) return [...here, ...checkTable(directive)];
  const inside = { ...place, around: [...place.around, directive] };
  const within =
    name === 'upstream' ? block.flatMap(checkUpstream) : block.flatMap((each) => checkDirective(each, inside));
  return [...here, ...(name === 'location' ? checkLocation(directive, inLocation(place)) : []), ...within];
}

function refuse(directive: Directive, place: Place): string | undefined {
  const { name, args } = directive;
  if (place.part === 'headers' && name !== 'add_header') return 'in nginx/headers/ only add_header is read';
  const special = checks[name];
  if (special) return special(directive, place);
  const verdict = judge(name);
  return verdict.known ? args.map(refuseWord).find((each) => each !== undefined) : verdict.why;
}

/** What no word of a file may be, whatever the directive. */
const refuseWord = (word: string) => (/^unix:|syslog:/.test(word) ? `${word} leads out of nginx` : undefined);

const inLocation = ({ around }: Place) => around.some(({ name }) => name === 'location');
const asksPhp = ({ around }: Place) =>
  around.at(-1)?.block?.some(({ name, args }) => name === 'include' && args[0] === 'page.conf') ?? false;

const checks: Record<string, (directive: Directive, place: Place) => string | undefined> = {
  location: ({ args }) =>
    args.some((arg) => /^\^?\/-(?:\/|$)/.test(arg)) ? 'addresses below /-/ are those of bootdev itself' : undefined,
  if: () => undefined,
  limit_except: () => undefined,
  types: () => undefined,
  map: ({ args }, place) => refuseVariable(args.at(-1), place),
  geo: ({ args }, place) => refuseVariable(args.at(-1), place),
  split_clients: ({ args }, place) => refuseVariable(args.at(-1), place),
  set: ({ args: [variable = '', value = ''] }, place) => {
    if (variable === '$path_info') return undefined;
    if (variable !== '$script') return refuseVariable(variable, place);
    const isFile = /^\/(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.php$/.test(value);
    return isFile ? undefined : '$script is a PHP file from the document root, such as /report.php, in plain words';
  },
  upstream: ({ args }) => (args[0] === 'php' ? 'bootdev has an upstream of this name' : undefined),
  include: ({ args: [file = ''] }, place) => {
    if (!snippets.has(file))
      return `what is included would not be checked; of bootdev's own files ${[...snippets].join(', ')} may be, in a location`;
    return inLocation(place) ? undefined : 'it belongs into a location';
  },
  add_header: ({ args: [header = ''] }, place) => {
    const isKept =
      /^(?:cache-control|expires|pragma|set-cookie|vary|age|x-accel-.*|content-length|content-encoding|transfer-encoding|x-cache)$/i;
    if ((place.part === 'headers' || asksPhp(place)) && isKept.test(header))
      return `${header} of a page is the application's word, and the caches' in front; send it from PHP`;
    if (place.part === 'headers' || inLocation(place)) return undefined;
    return 'here pages would not have it, since their location has headers of its own: put the line into nginx/headers/';
  },
  add_trailer: () => undefined,
  expires: (_, place) =>
    inLocation(place) && !asksPhp(place)
      ? undefined
      : 'browsers and CloudFront would keep pages that are for one visitor: send Cache-Control from PHP, or use it in a location of files',
  fastcgi_param: ({ args: [param = ''] }, place) => {
    const isOurs =
      /^(?:PHP_(?:ADMIN_)?VALUE|SCRIPT_.*|DOCUMENT_ROOT|PATH_.*|REQUEST_.*|REMOTE_.*|SERVER_.*|QUERY_STRING|CONTENT_.*|GATEWAY_.*|REDIRECT_.*|HTTPS|HTTP_.*|BOOTDEV_.*|PATH|DB_.*|S3_.*|MAIL_.*|AWS_.*|MEMCACHED|SITE_URL|SOLR_URL)$/i;
    if (isOurs.test(param)) return `${param} is bootdev's: php/*.ini sets PHP, set $script chooses the file`;
    return asksPhp(place) ? undefined : 'it has an effect only beside include page.conf';
  },
  proxy_pass: ({ args: [target = ''] }, { upstreams }) => {
    const [, host] = /^https?:\/\/([^/?$\s]+)(?:[/?].*)?$/.exec(target) ?? [];
    if (host === undefined) return 'it must be http:// or https:// and a host in plain words; variables only behind it';
    if (upstreams.has(host)) return undefined;
    const why = refuseAddress(host);
    return why && `${host}: ${why}`;
  },
  proxy_ssl_trusted_certificate: ({ args: [file] }) =>
    file === '/etc/ssl/certs/ca-certificates.crt'
      ? undefined
      : 'only the public ones: /etc/ssl/certs/ca-certificates.crt',
  access_log: ({ args }) => (args[0] === 'off' ? undefined : 'only off; logs go to bootdev logs web-1'),
  alias: ({ args: [path = ''] }, place) => (inLocation(place) ? refusePath(path) : 'it belongs into a location'),
  root: ({ args: [path = ''] }, place) =>
    inLocation(place) ? refusePath(path) : 'the document root is code.docroot in bootdev.yaml',
  auth_basic_user_file: ({ args: [file = ''] }) =>
    /^\/srv\/code\/current\/(?!.*\.\.)[\w./-]+$/.test(file)
      ? undefined
      : 'the file must be part of the code: /srv/code/current/.htpasswd',
  try_files: ({ args }) => refuseTried(args),
  index: ({ args }) => refuseTried(args),
  error_page: ({ args }) => (args.some((arg) => arg.includes('..')) ? '".." is not for addresses' : undefined),
  rewrite: ({ args }, place) => {
    if (args[1]?.includes('..')) return '".." is not for addresses';
    const passes = place.around.some(({ block }) => block?.some(({ name }) => name === 'proxy_pass'));
    return args[2] === 'break' && inLocation(place) && !passes
      ? 'with break the address is a file at once, past the list of secrets: use last'
      : undefined;
  },
  return: (_, { around }) =>
    around.length > 0 ? undefined : "the load balancer's health check would get it too: write it into a location",
};

const refuseVariable = (name: string | undefined, { taken }: Place): string | undefined => {
  if (!name?.startsWith('$')) return undefined; // nginx says so itself
  return taken.has(name.slice(1)) ? `${name} is a variable of bootdev's own files: choose another name` : undefined;
};

/** `(?<page_key>…)` sets a variable too. */
function refuseCaptures({ args, block, name }: Directive, { taken }: Place): string | undefined {
  const inTable = tables.has(name) ? (block ?? []).map((entry) => entry.name) : [];
  const [, capture] =
    [...args, ...inTable]
      .flatMap((each) => [...each.matchAll(/\(\?P?[<'](\w+)[>']/g)])
      .find(([, each]) => taken.has(each ?? '')) ?? [];
  return capture && `$${capture} is a variable of bootdev's own files: choose another name`;
}

function checkTable({ name, block = [] }: Directive): Finding[] {
  return block.flatMap((entry) => {
    if (entry.name === 'include')
      return [{ line: entry.line, text: 'include: what is included would not be checked.' }];
    if (entry.block) return [{ line: entry.line, text: `${entry.name}: no block belongs into ${name}.` }];
    return [];
  });
}

function checkUpstream({ name, args: [address = ''], line }: Directive): Finding[] {
  if (inUpstream.has(name)) return [];
  const why = name === 'server' ? refuseAddress(address) : 'it does not belong into upstream';
  return why ? [{ line, text: `${name} ${address}: ${why}.` }] : [];
}

/** Those that maps, captures and scripts of bootdev's nginx files set. */
function ownVariables(docker: ReadonlyMap<string, Buffer>): Set<string> {
  const names = new Set<string>();
  for (const [path, bytes] of docker) {
    if (!/^(?:roles\/nginx|apps\/[^/]+\/nginx)\/.*\.conf$/.test(path)) continue;
    for (const pattern of [/^\s*(?:map|geo)\s.*\$(\w+)\s*\{/gm, /^\s*(?:js_var|set)\s+\$(\w+)/gm, /\(\?<(\w+)>/g])
      for (const [, name = ''] of bytes.toString().matchAll(pattern)) names.add(name);
  }
  return names;
}
