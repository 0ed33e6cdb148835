/** What CloudFront does with a request, by 58-edge and the developer guide: a model of the parts that decide whether a visitor gets a stored answer. */
import { propertiesOf } from './replacement.ts';

export interface Question {
  path: string;
  method?: string;
  headers?: Record<string, string>;
}
export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

interface Behaviour {
  PathPattern?: string;
  AllowedMethods: string[];
  CachePolicyId: string;
}
interface Policy {
  ttl: { least: number; otherwise: number; most: number };
  headers: string[];
  query: boolean;
  cookies: string[];
}

/** Its own policies, by id (the guide: "Use managed cache policies"). */
const managed: Record<string, Policy> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    ttl: { least: 1, otherwise: 86_400, most: 31_536_000 },
    ...{ headers: [], query: false, cookies: [] },
  },
};

const { DistributionConfig } = propertiesOf({}, 'edge Distribution');
const ownPolicies = new Map(
  ['PageCache', 'StaticCache'].map((name) => [name, propertiesOf({}, `edge ${name}`).CachePolicyConfig]),
);

/** The behaviour of a path: the first whose pattern it has; `*` is anything, "/" too, and case counts. */
export function behaviourOf(path: string): Behaviour {
  const bare = path.split('?')[0] ?? '';
  const pattern = (text: string) =>
    new RegExp(
      `^${text
        .replace(/^(?!\/|\*)/, '/')
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')}$`,
    );
  const found = (DistributionConfig.CacheBehaviors as Behaviour[]).find(({ PathPattern = '' }) =>
    pattern(PathPattern).test(bare),
  );
  return found ?? DistributionConfig.DefaultCacheBehavior;
}

/** `cookies`: what parameter PageCookies is filled with. */
function policyOf({ CachePolicyId: id }: Behaviour, cookies: string[]): Policy {
  const config = ownPolicies.get(/^edge-(\w+)/.exec(id)?.[1] ?? '');
  if (!config) return managed[id] as Policy;
  const { HeadersConfig, QueryStringsConfig, CookiesConfig } = config.ParametersInCacheKeyAndForwardedToOrigin;
  return {
    ttl: { least: config.MinTTL, otherwise: config.DefaultTTL, most: config.MaxTTL },
    headers: HeadersConfig.Headers,
    query: QueryStringsConfig.QueryStringBehavior === 'all',
    cookies: CookiesConfig.CookieBehavior === 'none' ? [] : cookies,
  };
}

/** What an answer is stored under. */
function keyOf({ path, headers = {} }: Question, cookies: string[]): string {
  const behaviour = behaviourOf(path);
  const policy = policyOf(behaviour, cookies);
  const [bare, query = ''] = path.split('?');
  const accepts = (word: string) =>
    (headers['accept-encoding'] ?? '').split(',').some((each) => {
      const [name, quality = 'q=1'] = each.split(';').map((part) => part.trim());
      return name === word && Number(quality.slice(2)) > 0;
    });
  const given = (headers.cookie ?? '').split(/;\s*/).filter(Boolean).sort();
  const divides = (cookie: string) =>
    policy.cookies.some((name) =>
      name.endsWith('*') ? cookie.startsWith(name.slice(0, -1)) : cookie.split('=')[0] === name,
    );
  return JSON.stringify([
    behaviour.CachePolicyId,
    ...policy.headers.map((name) => headers[name.toLowerCase()] ?? ''),
    ...[bare, policy.query ? query : '', accepts('br'), accepts('gzip')],
    ...given.filter(divides),
  ]);
}

/** Which errors are kept for a while in any case, and which for as long as they say: the guide, "HTTP 4xx and 5xx status codes". */
const kept = [404, 414, 500, 501, 502, 503, 504];
const saying = [400, 403, 405, 412, 415];

/** Seconds that an answer is kept. */
export function lifetimeOf(path: string, { status, headers }: Reply): number {
  const { ttl } = policyOf(behaviourOf(path), ['*']);
  const said = String(headers['cache-control'] ?? '');
  const forbidden = /no-store|no-cache|private/.test(said);
  const [, age] = /s-maxage=(\d+)/.exec(said) ?? /max-age=(\d+)/.exec(said) ?? [];
  const asked = forbidden ? 0 : age ? Number(age) : undefined;
  const seconds = asked === undefined ? ttl.otherwise : Math.min(Math.max(asked, ttl.least), ttl.most);
  const own = errorTtls().get(status) ?? 10;
  if (kept.includes(status)) return Math.max(asked === undefined ? 0 : seconds, own);
  if (saying.includes(status)) return asked ? Math.max(seconds, own) : 0;
  return status < 400 ? seconds : 0;
}
function errorTtls(): Map<number, number> {
  const responses = DistributionConfig.CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
  return new Map(responses.map(({ ErrorCode, ErrorCachingMinTTL }) => [ErrorCode, ErrorCachingMinTTL]));
}

/** X-Cache of a request after another one was answered. */
export function xCache(first: Question, answer: Reply, second: Question, cookies: string[]): string {
  if (answer.status >= 400) return 'Error';
  const stores = ['GET', 'HEAD'].includes(first.method ?? 'GET') && lifetimeOf(first.path, answer) > 0;
  const asks = ['GET', 'HEAD'].includes(second.method ?? 'GET');
  return stores && asks && keyOf(first, cookies) === keyOf(second, cookies) ? 'Hit' : 'Miss';
}
