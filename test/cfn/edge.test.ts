/** What stands on both sides in two languages: haproxy's and nginx' files here, 58-edge there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { derive } from '../../src/bundle/derived.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { propertiesOf } from './replacement.ts';

const haproxy = readFileSync('docker/roles/haproxy/variants/balancer/haproxy/etc/haproxy/web.cfg', 'utf8');
const nginx = readFileSync('docker/roles/nginx/root/etc/nginx/headers-once.conf', 'utf8');
const word = (text: string, pattern: RegExp) => pattern.exec(text)?.[1];

test('a web machine is healthy by the same question and the same count of answers', () => {
  const group = propertiesOf({}, 'edge TargetGroup');
  expect([group.HealthCheckPath, group.Matcher.HttpCode]).toEqual([
    word(haproxy, /http-check send meth GET uri (\S+)/),
    word(haproxy, /http-check expect status (\d+)/),
  ]);
  expect([group.UnhealthyThresholdCount, group.HealthyThresholdCount].map(String)).toEqual([
    word(haproxy, / check .*\bfall (\d+)/),
    word(haproxy, / check .*\brise (\d+)/),
  ]);
});

test.each([
  ['leastconn', 'least_outstanding_requests'],
  ['roundrobin', 'round_robin'],
  ['random', 'weighted_random'],
] as const)('%s is %s', (algorithm, there) => {
  const { TargetGroupAttributes } = propertiesOf({ balancer: { algorithm } }, 'edge TargetGroup');
  expect(TargetGroupAttributes).toContainEqual({ Key: 'load_balancing.algorithm.type', Value: there });
});

test('headers for browsers: the same words, and the same one wins', () => {
  const { SecurityHeadersConfig } = propertiesOf({}, 'edge SiteHeaders').ResponseHeadersPolicyConfig;
  const { FrameOptions, ReferrerPolicy } = SecurityHeadersConfig;
  expect(FrameOptions).toEqual({ FrameOption: word(nginx, /\$frame_options \{\s+"" (\S+);/), Override: false });
  expect(ReferrerPolicy).toEqual({ ReferrerPolicy: word(nginx, /\$referrer_policy \{\s+"" (\S+);/), Override: false });
  expect(word(nginx, /\$content_type_options \{\s+"" (\S+);/)).toBe('nosniff');
});

test('an uploaded file may do the same', () => {
  const { SecurityHeadersConfig } = propertiesOf({}, 'edge MediaHeaders').ResponseHeadersPolicyConfig;
  expect(SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy).toBe(
    word(nginx, /\$upload_policy \{\s+default "([^"]+)";/),
  );
});

test('who may read files by script: the same origins at the edge, in the bucket and in nginx', () => {
  const raw = { files: { corsOrigins: ['https://app.example.org', 'https://b.example.org:8443'] } };
  const list = 'https://app.example.org,https://b.example.org:8443'; // of parameters
  for (const name of ['FileHeaders', 'MediaHeaders']) {
    const { CorsConfig } = propertiesOf(raw, `edge ${name}`).ResponseHeadersPolicyConfig;
    expect(CorsConfig).toMatchObject({ AccessControlAllowOrigins: { Items: list }, OriginOverride: true });
    expect(propertiesOf({}, `edge ${name}`).ResponseHeadersPolicyConfig.CorsConfig).toBeUndefined();
  }
  expect(propertiesOf(raw, 'edge SiteHeaders').ResponseHeadersPolicyConfig.CorsConfig).toBeUndefined();
  const { CorsRules } = propertiesOf(raw, 'files MediaBucket').CorsConfiguration;
  const [here] = JSON.parse(readFileSync('docker/roles/s3/root/etc/s3/buckets.json', 'utf8'));
  const [rule] = here.CORSConfiguration.CORSRules;
  expect(CorsRules).toEqual([
    {
      ...{ AllowedOrigins: `https://*.cloudfront.net,${list}`, AllowedMethods: rule.AllowedMethods },
      ...{ AllowedHeaders: rule.AllowedHeaders, ExposedHeaders: rule.ExposeHeaders, MaxAge: rule.MaxAgeSeconds },
    },
  ]);
  const { corsOrigins } = derive(completeSettings(raw), new Map());
  expect('https://app.example.org').toMatch(new RegExp(`^(?:${corsOrigins})$`));
  expect('https://appXexample.org').not.toMatch(new RegExp(`^(?:${corsOrigins})$`));
});
