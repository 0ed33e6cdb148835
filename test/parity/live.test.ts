/** What CloudFront and S3 say, as parity reads it: the templates are what nginx' and LocalStack's files say, and one change by hand is its row. */
import { afterEach, expect, test } from 'vitest';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { compare } from '../../src/parity/compare.ts';
import { readBucketRules } from '../../src/parity/sides/bucket.ts';
import { desiredSide } from '../../src/parity/sides/desired.ts';
import { readDistribution } from '../../src/parity/sides/distribution.ts';
import type { RawSettings } from '../cfn/replacement.ts';
import type { Value } from '../fakes/template-values.ts';
import { names, promoted, sources } from './live.ts';
import { aws } from './sides.ts';

type Site = Awaited<ReturnType<typeof promoted>>;
let site: Site | undefined;
afterEach(() => site?.stop());

async function rows({ settings, ...live }: Site) {
  const withCdn = makeBundle({ ...settings, cdn: { ...settings.cdn, enabled: true } }, sources.docker);
  const bundles = { bundle: makeBundle(settings, sources.docker), withCdn, release: '' };
  const { parameters } = desiredSide(settings, bundles, new Map(), new Map());
  const groups = {
    cdn: readDistribution(await live.edge.distribution(names.distribution)),
    s3: readBucketRules(await live.bucket.rules(), settings, names),
  };
  const desired = {
    settings,
    root: '',
    release: '',
    parameters,
    digests: new Map(),
    sizes: new Map(),
    capacity: new Map(),
  };
  return compare({ desired, replica: [], aws: { ...aws, groups, nodes: [] } }).rows.filter(
    ({ part }) => part === 'cdn' || part === 'bucket',
  );
}
const wrong = (all: Awaited<ReturnType<typeof rows>>) =>
  all
    .filter(({ state }) => state === 'differs')
    .map(({ name, settings, aws, text }) => `${name}: ${settings} | ${aws} | ${text}`);

test.each<[RawSettings]>([
  [{}],
  [{ cdn: { enabled: true, hsts: false }, balancer: { https: 'redirect' } }],
  [
    {
      files: { corsOrigins: ['https://app.example.org', 'https://b.example.org'] },
      cache: { varyCookies: ['currency'] },
    },
  ],
  [{ site: { domain: 'shop.example.org' }, application: 'wordpress' }],
  [{ application: 'drupal', files: { store: 'volume' } }],
])('as the templates make it, nothing differs: %j', async (raw) => {
  site = await promoted(raw);
  const all = await rows(site);
  expect(wrong(all)).toEqual([]);
  expect(all.length).toBeGreaterThan(200);
});

/** A change by hand, and what the rows that tell of it are called: without the path's pattern. */
const byHand: [name: string, edit: (of: (name: string) => Value) => void][] = [
  ['patterns', (of) => of('edge-Distribution').DistributionConfig.CacheBehaviors.reverse()],
  ['error seconds', (of) => of('edge-Distribution').DistributionConfig.CustomErrorResponses.pop()],
  ['visitors by', (of) => Object.assign(page(of), { ViewerProtocolPolicy: 'allow-all' })],
  ['methods', (of) => page(of).AllowedMethods.pop()],
  ['origin', (of) => Object.assign(origin(of).CustomOriginConfig, { OriginReadTimeout: 30 })],
  [
    'asks again after',
    (of) => of('edge-Distribution').DistributionConfig.OriginGroups.Items[0].FailoverCriteria.StatusCodes.Items.pop(),
  ],
  [
    'passes on',
    (of) => Object.assign(of('edge-WholeRequest').OriginRequestPolicyConfig.CookiesConfig, { CookieBehavior: 'none' }),
  ],
  ['seconds', (of) => Object.assign(of('edge-PageCache').CachePolicyConfig, { MaxTTL: 600 })],
  ['key headers', (of) => key(of).HeadersConfig.Headers.push('Accept')],
  ['key query', (of) => Object.assign(key(of).QueryStringsConfig, { QueryStringBehavior: 'none' })],
  ['key cookies', (of) => Object.assign(key(of).CookiesConfig, { CookieBehavior: 'all' })],
  ['key encodings', (of) => Object.assign(key(of), { EnableAcceptEncodingBrotli: false })],
  ['compress', (of) => Object.assign(page(of), { Compress: false })],
  ['functions', (of) => page(of).FunctionAssociations.pop()],
  ['x-content-type-options', (of) => delete headers(of).SecurityHeadersConfig.ContentTypeOptions],
  ['x-frame-options', (of) => Object.assign(headers(of).SecurityHeadersConfig.FrameOptions, { Override: true })],
  [
    'referrer-policy',
    (of) => Object.assign(headers(of).SecurityHeadersConfig.ReferrerPolicy, { ReferrerPolicy: 'origin' }),
  ],
  [
    'strict-transport-security',
    (of) => Object.assign(headers(of).SecurityHeadersConfig.StrictTransportSecurity, { Preload: true }),
  ],
  [
    'content-security-policy',
    (of) => delete of('edge-MediaHeaders').ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy,
  ],
  [
    'access-control-allow-origin',
    (of) =>
      Object.assign(of('edge-MediaHeaders').ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowOrigins, {
        Items: '*',
      }),
  ],
  ['CORS origins', (of) => Object.assign(cors(of), { AllowedOrigins: '*' })],
  ['CORS methods', (of) => cors(of).AllowedMethods.push('DELETE')],
  ['CORS headers', (of) => Object.assign(cors(of), { AllowedHeaders: [] })],
  ['CORS exposed headers', (of) => Object.assign(cors(of), { ExposedHeaders: [] })],
  ['CORS seconds', (of) => Object.assign(cors(of), { MaxAge: 1 })],
  ['policy ThisDistribution', (of) => Object.assign(policy(of)[0], { Condition: {} })],
  ['policy TlsOnly', (of) => policy(of).pop()],
  ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map(
    (name): (typeof byHand)[number] => [
      name,
      (of) => Object.assign(of('files-MediaBucket').PublicAccessBlockConfiguration, { [name]: false }),
    ],
  ),
];
const page = (of: (name: string) => Value) => of('edge-Distribution').DistributionConfig.DefaultCacheBehavior;
const origin = (of: (name: string) => Value) => of('edge-Distribution').DistributionConfig.Origins[0];
const key = (of: (name: string) => Value) =>
  of('edge-PageCache').CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin;
const headers = (of: (name: string) => Value) => of('edge-SiteHeaders').ResponseHeadersPolicyConfig;
const cors = (of: (name: string) => Value) => of('files-MediaBucket').CorsConfiguration.CorsRules[0];
const policy = (of: (name: string) => Value) => of('edge-MediaBucketPolicy').PolicyDocument.Statement;

const settings = { files: { corsOrigins: ['https://app.example.org'] }, balancer: { https: 'redirect' } } as const;
const what = (name: string) => name.replace(/^[/*]\S*\s/, '');

test.each(byHand)('%s, changed by hand on AWS', async (name, edit) => {
  site = await promoted(settings as never);
  edit(site.properties);
  const found = (await rows(site)).filter(({ state }) => state === 'differs');
  expect(new Set(found.map((row) => what(row.name)))).toEqual(new Set([name]));
  for (const { text } of found) expect(text).toContain('bootdev promote; if it was changed there by hand, set it back');
});

test('each row that is read from CloudFront or the bucket is among them', async () => {
  site = await promoted(settings as never);
  expect(new Set((await rows(site)).map(({ name }) => what(name)))).toEqual(new Set(byHand.map(([name]) => name)));
});

test('more than the settings ask for: another statement, a public one, another rule, a header', async () => {
  site = await promoted(settings as never);
  const of = site.properties;
  policy(of).push({ Sid: 'Everybody', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' });
  of('files-MediaBucket').CorsConfiguration.CorsRules.push({ ...cors(of), AllowedOrigins: ['https://evil.example'] });
  headers(of).CustomHeadersConfig = { Items: [{ Header: 'X-Own', Value: 'yes', Override: true }] };
  const cors2 = ['origins', 'methods', 'headers', 'exposed headers', 'seconds'].map((each) => `CORS 2 ${each}`);
  expect(new Set(wrong(await rows(site)).map((text) => text.split(':')[0]))).toEqual(
    new Set(['* x-own', 'policy Everybody', ...cors2]),
  );
});

test('a distribution that is gone, a policy that is gone', async () => {
  site = await promoted(settings as never);
  await expect(site.edge.distribution('E1')).rejects.toThrow('does not exist');
  page(site.properties).CachePolicyId = 'deleted';
  await expect(site.edge.distribution(names.distribution)).rejects.toThrow('does not exist');
});
