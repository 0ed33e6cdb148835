/** What stands on both sides in two languages: haproxy's and nginx' files here, 58-edge there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { propertiesOf } from './replacement.ts';

const haproxy = readFileSync('docker/roles/haproxy/root/etc/haproxy/web.cfg', 'utf8');
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
