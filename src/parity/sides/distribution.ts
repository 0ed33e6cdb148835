/** CloudFront's distribution as keys and values, `<path pattern> <what>`, in the words of cdn-files.ts. */
import type { Distribution } from '../../io/aws/edge.ts';
import type { Parameters } from './files.ts';

type Config = NonNullable<Distribution['config']>;
type Behaviour = NonNullable<Config['DefaultCacheBehavior']> & { PathPattern?: string | undefined };
type Answers = ReturnType<Distribution['answers']['get']>;

/** A list without an order, as one text. */
export const listed = (words: readonly string[] = []) => [...words].sort().join(' ') || 'none';

export function readDistribution(distribution: Distribution): Parameters {
  const { config } = distribution;
  const { CacheBehaviors, DefaultCacheBehavior, CustomErrorResponses } = config ?? {};
  const behaviours: Behaviour[] = [
    ...(CacheBehaviors?.Items ?? []),
    ...(DefaultCacheBehavior ? [{ ...DefaultCacheBehavior, PathPattern: '*' }] : []),
  ];
  const errors = (CustomErrorResponses?.Items ?? []).map(({ ErrorCode, ErrorCachingMinTTL, ResponsePagePath }) =>
    [`${ErrorCode}:${ErrorCachingMinTTL}`, ResponsePagePath].filter(Boolean).join(':'),
  );
  return new Map([
    ['patterns', behaviours.map(({ PathPattern }) => PathPattern).join(' ')],
    ['error seconds', listed(errors)],
    ...behaviours.flatMap((behaviour) =>
      Object.entries(valuesOf(behaviour, distribution)).map(([what, value]): [string, string] => [
        `${behaviour.PathPattern} ${what}`,
        value,
      ]),
    ),
  ]);
}

function valuesOf(behaviour: Behaviour, { config, cache, requests, answers }: Distribution): Record<string, string> {
  const policy = cache.get(behaviour.CachePolicyId ?? '');
  const key = policy?.ParametersInCacheKeyAndForwardedToOrigin;
  const cookies = key?.CookiesConfig;
  const query = key?.QueryStringsConfig;
  const encodings = [
    ...(key?.EnableAcceptEncodingBrotli ? ['br'] : []),
    ...(key?.EnableAcceptEncodingGzip ? ['gzip'] : []),
  ];
  const functions = [
    ...(behaviour.FunctionAssociations?.Items ?? []).map(({ EventType, FunctionARN }) => [EventType, FunctionARN]),
    ...(behaviour.LambdaFunctionAssociations?.Items ?? []).map((each) => [each.EventType, each.LambdaFunctionARN]),
  ].map(([event, arn = '']) => `${event} ${arn.replace(/^.*[-/]/, '')}`);
  return {
    'visitors by': behaviour.ViewerProtocolPolicy ?? '-',
    methods: listed(behaviour.AllowedMethods?.Items),
    ...originOf(behaviour.TargetOriginId, config),
    'passes on': passedOn(requests.get(behaviour.OriginRequestPolicyId ?? '')),
    seconds: `${policy?.MinTTL} ${policy?.DefaultTTL} ${policy?.MaxTTL}`,
    'key headers': listed(key?.HeadersConfig?.Headers?.Items?.map((name) => name.toLowerCase())),
    'key query': chosen(query?.QueryStringBehavior, query?.QueryStrings?.Items),
    'key cookies': chosen(cookies?.CookieBehavior, cookies?.Cookies?.Items),
    'key encodings': listed(encodings),
    compress: behaviour.Compress ? 'on' : 'off',
    functions: listed(functions),
    ...headersOf(answers.get(behaviour.ResponseHeadersPolicyId ?? '')),
  };
}

const chosen = (behaviour = '-', names: readonly string[] = []) =>
  behaviour === 'whitelist' ? listed(names) : [behaviour, ...[...names].sort()].join(' ');

function originOf(id: string | undefined, config: Distribution['config']): Record<string, string> {
  const group = config?.OriginGroups?.Items?.find(({ Id }) => Id === id);
  const first = group?.Members?.Items?.[0]?.OriginId ?? id;
  const origin = config?.Origins?.Items?.find(({ Id }) => Id === first);
  const { OriginReadTimeout } = origin?.CustomOriginConfig ?? {};
  return {
    origin: OriginReadTimeout
      ? `balancer, ${origin?.ConnectionTimeout} s to connect, ${OriginReadTimeout} s`
      : 'bucket',
    'asks again after': listed(group?.FailoverCriteria?.StatusCodes?.Items?.map(String)),
  };
}

/** Of what visitors send. */
function passedOn(policy: ReturnType<Distribution['requests']['get']>): string {
  if (!policy) return 'nothing';
  const { HeadersConfig: headers, CookiesConfig: cookies, QueryStringsConfig: query } = policy;
  const parts = [headers?.HeaderBehavior, cookies?.CookieBehavior, query?.QueryStringBehavior].join(' ');
  return /^allViewer\w* all all$/.test(parts) ? 'everything' : parts;
}

/** Response headers by name. */
function headersOf(policy: Answers): Record<string, string> {
  const {
    CorsConfig: cors,
    SecurityHeadersConfig: security = {},
    CustomHeadersConfig,
    RemoveHeadersConfig,
  } = policy ?? {};
  const { StrictTransportSecurity: hsts, FrameOptions: frame, ReferrerPolicy: referrer, XSSProtection: xss } = security;
  const unlessSet = (value: string | undefined, override: boolean | undefined) =>
    value === undefined ? undefined : override ? value : `${value} unless set`;
  const headers = {
    'access-control-allow-origin':
      cors && unlessSet(listed(cors.AccessControlAllowOrigins?.Items), cors.OriginOverride),
    'content-security-policy': unlessSet(
      security.ContentSecurityPolicy?.ContentSecurityPolicy,
      security.ContentSecurityPolicy?.Override,
    ),
    'referrer-policy': unlessSet(referrer?.ReferrerPolicy, referrer?.Override),
    'strict-transport-security':
      hsts &&
      `max-age=${hsts.AccessControlMaxAgeSec}${hsts.IncludeSubdomains ? ' includeSubDomains' : ''}${hsts.Preload ? ' preload' : ''}`,
    'x-content-type-options': security.ContentTypeOptions && 'nosniff',
    'x-frame-options': unlessSet(frame?.FrameOption, frame?.Override),
    'x-xss-protection': xss && String(xss.Protection),
    ...Object.fromEntries(
      (CustomHeadersConfig?.Items ?? []).map(({ Header = '', Value, Override }) => [
        Header.toLowerCase(),
        unlessSet(Value, Override),
      ]),
    ),
    ...Object.fromEntries(
      (RemoveHeadersConfig?.Items ?? []).map(({ Header = '' }) => [Header.toLowerCase(), 'removed']),
    ),
  };
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
