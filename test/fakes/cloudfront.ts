/** What CloudFront answers about distributions and policies that stacks have made: their properties as its API has them. */
import { ApiError } from './api-error.ts';
import type { FakeResource } from './stack-types.ts';
import type { Value } from './template-values.ts';
import { xml } from './xml.ts';

export type MadeResource = Pick<FakeResource, 'type' | 'physical' | 'properties'>;

/** What a list's items are called; in a template each is a plain list, or is so below Items. */
const items: Readonly<Record<string, string>> = {
  AccessControlAllowHeaders: 'Header',
  AccessControlAllowMethods: 'Method',
  AccessControlAllowOrigins: 'Origin',
  Aliases: 'CNAME',
  AllowedMethods: 'Method',
  CacheBehaviors: 'CacheBehavior',
  Cookies: 'Name',
  CustomErrorResponses: 'CustomErrorResponse',
  CustomHeadersConfig: 'ResponseHeadersPolicyCustomHeader',
  FunctionAssociations: 'FunctionAssociation',
  Headers: 'Name',
  Members: 'OriginGroupMember',
  OriginGroups: 'OriginGroup',
  Origins: 'Origin',
  StatusCodes: 'StatusCode',
};

/** Amazon's own (the guide: "Use managed cache policies"). */
const cachingOptimized = {
  ...{ Name: 'Managed-CachingOptimized', MinTTL: 1, DefaultTTL: 86_400, MaxTTL: 31_536_000 },
  ParametersInCacheKeyAndForwardedToOrigin: {
    ...{ EnableAcceptEncodingBrotli: true, EnableAcceptEncodingGzip: true },
    ...{ HeadersConfig: { HeaderBehavior: 'none' }, QueryStringsConfig: { QueryStringBehavior: 'none' } },
    CookiesConfig: { CookieBehavior: 'none' },
  },
};
const managed: MadeResource = {
  ...{ type: 'AWS::CloudFront::CachePolicy', physical: '658327ea-f89d-4fab-a63d-7e88639e58f6' },
  properties: { CachePolicyConfig: cachingOptimized },
};

/** Part of the address: the type, and what surrounds its …Config in the answer. */
const kinds: Readonly<Record<string, string>> = {
  'cache-policy': 'CachePolicy',
  distribution: 'Distribution',
  'origin-request-policy': 'OriginRequestPolicy',
  'response-headers-policy': 'ResponseHeadersPolicy',
};

/** GET of such an address; undefined: it is about something else. */
export function answerCloudFront(path: string, resources: readonly MadeResource[]): string | undefined {
  const [, kind = '', id = ''] = /^\/[\d-]+\/([a-z-]+)\/([^/]+)/.exec(decodeURIComponent(path)) ?? [];
  const name = kinds[kind];
  if (!name) return undefined;
  const found = [...resources, managed].find(
    ({ type, physical }) => type === `AWS::CloudFront::${name}` && physical === id,
  );
  if (!found) throw new ApiError(`NoSuch${name}`, `The specified ${name} does not exist.`, 404);
  const config = element(`${name}Config`, found.properties[`${name}Config`], resources);
  return name === 'Distribution' ? config : `<${name}><Id>${id}</Id>${config}</${name}>`;
}

function element(key: string, value: Value, resources: readonly MadeResource[]): string {
  const item = items[key];
  // A parameter that is a list comes as a line.
  const all: Value[] = item ? [value.Items ?? value].flat().flatMap((each) => each.split?.(',') ?? [each]) : [];
  const inside = item
    ? `<Quantity>${all.length}</Quantity><Items>${all.map((each) => element(item, each, resources)).join('')}</Items>`
    : key === 'FunctionARN'
      ? xml(functionArn(value, resources))
      : typeof value === 'object'
        ? Object.entries<Value>(value)
            .map(([name, each]) => element(name, each, resources))
            .join('')
        : xml(value);
  return `<${key}>${inside}</${key}>`;
}

/** What a template knows as an attribute of the function. */
function functionArn(attribute: string, resources: readonly MadeResource[]): string {
  const found = resources.find(({ physical }) => attribute.startsWith(`${physical}.`));
  return `arn:aws:cloudfront::123456789012:function/${found?.properties.Name}`;
}
