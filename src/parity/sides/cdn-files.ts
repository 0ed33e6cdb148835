/** The CDN machine's files as the keys and values of a CloudFront distribution (distribution.ts): what nginx there does. */
import { listed } from './distribution.ts';
import type { Parameters } from './files.ts';

const folder = 'etc/nginx';
const names = [
  ...['behaviours', 'media', 'files', 'pages', 'cached', 'media-headers', 'file-headers', 'site-headers'],
  ...['every-header', 'headers', 'key', 'origins', 'balancer', 'http'],
].map((name) => `${name}.conf`);

export const cdnFiles = [...names, 'edge.js'].map((name) => `${folder}/${name}`);

/** Parts of a cache's key that are a visitor's header. */
const headerOf: Readonly<Record<string, string>> = {
  $host_asked: 'host',
  $credentials: 'authorization',
  $method_override: 'x-http-method-override',
};
/** The others: the behaviour's own word, and what has a key of its own below. */
const noHeader = /^(?:\w+|\$(?:invalidations|encoding|uri|request_uri|page_cookies))$/;
/** What the CDN says about itself, as CloudFront does without being told. */
const ownHeaders = /^(?:x-cache|x-cache-web|age|x-request-id)$/;

/** `texts`: of `cdnFiles`, in their order. */
export function readCdn(texts: readonly string[]): Parameters {
  const files = new Map([...names, 'edge.js'].map((name, index) => [name, withoutComments(texts[index] ?? '')]));
  const whole = (name: string): string =>
    (files.get(name) ?? '').replace(/include (\S+\.conf);/g, (line, other: string) =>
      files.has(other) ? whole(other) : line,
    );
  const behaviours = [...(files.get('behaviours.conf') ?? '').matchAll(/location (.+) \{\s*include (\S+);/g)].flatMap(
    ([, location = '', file = '']) => patternsOf(location).map((pattern) => [pattern, whole(file)] as const),
  );
  const rest = { origins: whole('origins.conf'), headers: whole('headers.conf'), http: whole('http.conf') };
  const patterns = firstOf(/const patterns = '([^']*)'/, files.get('edge.js'));
  return new Map([
    ['patterns', behaviours.map(([pattern]) => pattern).join(' ')],
    ['error seconds', errorSeconds(rest.origins)],
    ...behaviours.flatMap(([pattern, text]) =>
      Object.entries(valuesOf(text, { ...rest, cookies: patterns === '*' ? 'all' : listed(patterns.split(' ')) })).map(
        ([what, value]): [string, string] => [`${pattern} ${what}`, value],
      ),
    ),
  ]);
}

const withoutComments = (text: string) => text.replace(/(?:^|\s)(?:#|\/\/ ).*$/gm, '');
const firstOf = (pattern: RegExp, text = '') => pattern.exec(text)?.[1] ?? '';
const words = (text: string) => text.split(/[\s|]+/).filter(Boolean);

/** `^~ /-/media/` is /-/media/*; `~ "\.(?:css|js)$"` is *.css and *.js; `/` is *. */
function patternsOf(location: string): string[] {
  const endings = firstOf(/\(\?:(.*)\)\$/, location);
  if (endings) return words(endings).map((ending) => `*.${ending}`);
  return [location === '/' ? '*' : `${location.replace(/^\^~ /, '')}*`];
}

/** Of the statuses that are not kept for CloudFront's ten seconds. */
function errorSeconds(origins: string): string {
  const map = mapOf('error_ttl', origins);
  const statuses = Array.from({ length: 200 }, (_, index) => String(400 + index));
  const seconds = (status: string) =>
    map.find(([pattern]) => pattern.startsWith('~') && new RegExp(pattern.slice(1)).test(status))?.[1] ??
    map.find(([pattern]) => pattern === 'default')?.[1];
  return listed(statuses.filter((status) => seconds(status) !== '10').map((status) => `${status}:${seconds(status)}`));
}

/** The lines of nginx' `map … $name { … }`. */
function mapOf(name: string, text: string): [string, string][] {
  const lines = firstOf(new RegExp(`map \\S+ \\$${name} \\{([^}]*)\\}`), text).matchAll(/^\s*(".*"|\S+) (\S+);/gm);
  return [...lines].map(([, pattern = '', value = '']) => [pattern.replace(/^"(.*)"$/, '$1'), value]);
}

interface Rest {
  origins: string;
  headers: string;
  http: string;
  cookies: string;
}

function valuesOf(text: string, { origins, headers, http, cookies }: Rest): Record<string, string> {
  const key = words(firstOf(/proxy_cache_key "(.*)";/, text));
  const upstream = firstOf(/proxy_pass http:\/\/(\w+);/, text);
  const server =
    origins.split(/^server \{/m).find((each) => each.includes(`listen unix:/run/cdn/${upstream}.sock;`)) ?? '';
  const balancer = /proxy_pass http:\/\/\$balancer:/.test(server);
  const seconds = (directive: string) => firstOf(new RegExp(`${directive} (\\d+)s;`), server);
  return {
    'visitors by': /return 301/.test(http) ? 'redirect-to-https' : 'allow-all',
    methods: listed(words(firstOf(/\$request_method !~ "\^\(\?:(.*)\)\$"/, text))),
    origin: balancer
      ? `balancer, ${seconds('proxy_connect_timeout')} s to connect, ${seconds('proxy_read_timeout')} s`
      : 'bucket',
    'asks again after': listed(words(firstOf(/error_page ([\d ]+) = @again/, server))),
    'passes on': /proxy_set_header Cookie "";/.test(server) ? 'nothing' : 'everything',
    seconds: firstOf(/set \$ttl "(.*)";/, server),
    'key headers': listed(key.filter((part) => !noHeader.test(part)).map((part) => headerOf[part] ?? part)),
    'key query': key.includes('$request_uri') ? 'all' : 'none',
    'key cookies': key.includes('$page_cookies') ? cookies : 'none',
    'key encodings': key.includes('$encoding') ? 'br gzip' : 'none',
    ...headersOf(text, headers),
  };
}

/** Response headers by name. */
function headersOf(text: string, maps: string): Record<string, string> {
  const added = [...text.matchAll(/add_header (\S+) (?:"([^"]*)"|(\S+)) always;/g)].map(
    ([, name = '', quoted, plain = '']) => [name.toLowerCase(), quoted ?? plain] as const,
  );
  return Object.fromEntries(
    added.flatMap(([name, value]) => {
      const meant = value === '$cors_origin' ? corsOrigins(maps) : meaning(value, maps);
      return ownHeaders.test(name) || meant === '' ? [] : [[name, meant]];
    }),
  );
}

/** A value, or what its map has where the site says nothing. */
function meaning(value: string, maps: string): string {
  const fallback = value.startsWith('$') && mapOf(value.slice(1), maps).find(([pattern]) => pattern === '')?.[1];
  return fallback ? `${fallback} unless set` : value;
}

/** '': none, and the header of the site goes on. */
function corsOrigins(maps: string): string {
  const alternatives = firstOf(/"~\^\(\?:(.*)\)\$" \$http_origin;/, maps);
  return alternatives === '(?!)' ? '' : listed(words(alternatives.replace(/\\(.)/g, '$1')));
}
