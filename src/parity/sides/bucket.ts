/** The bucket of media as keys and values: its CORS rules on both sides, and on AWS its policy and what keeps it from being public. */
import { domainOf } from '../../cloud/stacks/stacks.ts';
import type { BucketRules } from '../../io/aws/s3.ts';
import type { Settings } from '../../settings/schema.ts';
import { listed } from './distribution.ts';
import type { Parameters } from './files.ts';

type CorsRule = NonNullable<BucketRules['cors']>[number];

/** As buckets.json has them. */
export function readBuckets([text = '']: readonly string[], settings: Settings): Parameters {
  const [bucket] = JSON.parse(text) as { MoreOrigins: string; CORSConfiguration: { CORSRules: CorsRule[] } }[];
  const more = (bucket?.MoreOrigins ?? '').split(' ').filter(Boolean);
  const rules = (bucket?.CORSConfiguration.CORSRules ?? []).map((rule) => ({
    ...rule,
    AllowedOrigins: [...(rule.AllowedOrigins ?? []), ...more],
  }));
  return new Map(corsOf(rules, replicaOrigins(settings)));
}

/** As the S3 machine answers GetBucketCors now. */
export function readCorsAnswer(xml: string, settings: Settings): Parameters {
  const rules = [...xml.matchAll(/<CORSRule>(.*?)<\/CORSRule>/gs)].map(([, rule = '']): CorsRule => {
    const all = (name: string) =>
      [...rule.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map((each) => each[1] ?? '');
    return {
      AllowedOrigins: all('AllowedOrigin'),
      AllowedMethods: all('AllowedMethod'),
      AllowedHeaders: all('AllowedHeader'),
      ExposeHeaders: all('ExposeHeader'),
      MaxAgeSeconds: Number(all('MaxAgeSeconds')[0]),
    };
  });
  return new Map(corsOf(rules, replicaOrigins(settings)));
}

/** As S3 has them. `names`: what is another one for each site, and gets a word in their place. */
export function readBucketRules(
  { cors = [], policy, publicAccess = {} }: BucketRules,
  settings: Settings,
  names: { bucket: string; distribution: string },
): Parameters {
  const { Statement = [] } = (policy ? JSON.parse(policy) : {}) as { Statement?: Statement[] };
  const domain = domainOf(settings);
  return new Map([
    ...corsOf(cors, [domain ? `https://${domain}` : 'https://*.cloudfront.net']),
    ...Statement.map((each, index): [string, string] => [
      `policy ${each.Sid ?? index + 1}`,
      statementText(each, names),
    ]),
    ...Object.entries(publicAccess).map(([name, value]): [string, string] => [name, String(value)]),
  ]);
}

/** The site's own pages are at other addresses on each side: all of them together are one word. */
function corsOf(rules: readonly CorsRule[], own: readonly string[]): [string, string][] {
  return rules.flatMap((rule, index) => {
    const name = index > 0 ? `CORS ${index + 1}` : 'CORS';
    const origins = rule.AllowedOrigins ?? [];
    const isOwn = own.every((origin) => origins.includes(origin));
    return [
      [`${name} origins`, listed(isOwn ? ['itself', ...origins.filter((each) => !own.includes(each))] : origins)],
      [`${name} methods`, listed(rule.AllowedMethods)],
      [`${name} headers`, listed(rule.AllowedHeaders)],
      [`${name} exposed headers`, listed(rule.ExposeHeaders)],
      [`${name} seconds`, String(rule.MaxAgeSeconds)],
    ] as [string, string][];
  });
}

const replicaOrigins = ({ site: { domain } }: Settings) =>
  ['http', 'https'].flatMap((scheme) => ['', ':*'].map((port) => `${scheme}://${domain}${port}`));

type Words = string | string[];
interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: string | Record<string, Words>;
  Action?: Words;
  Resource?: Words;
  Condition?: Record<string, Record<string, Words>>;
}

/** Everything that a statement says, in one order: IAM gives one word for a list of one. */
function statementText(
  statement: Statement,
  { bucket, distribution }: { bucket: string; distribution: string },
): string {
  const { Sid, Effect, Principal = '', Action = [], Resource = [], Condition = {}, ...others } = statement;
  const words = (value: Words) => listed([value].flat());
  const principal =
    typeof Principal === 'string'
      ? Principal
      : Object.entries(Principal)
          .map(([kind, names]) => `${kind} ${words(names)}`)
          .join(' ');
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => `${operator} ${key} ${words(value)}`),
  );
  const rest = Object.keys(others).length > 0 ? JSON.stringify(others) : '';
  return [Effect, principal, words(Action), words(Resource), ...conditions.sort(), rest]
    .filter(Boolean)
    .join(', ')
    .replaceAll(new RegExp(`arn:[\\w-]+:s3:::${bucket}(?![\\w.-])`, 'g'), 'bucket')
    .replaceAll(new RegExp(`arn:[\\w-]+:cloudfront::\\d+:distribution/${distribution}(?!\\w)`, 'g'), 'distribution');
}
