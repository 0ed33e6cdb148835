/** Values of the templates that depend on each other, or on what AWS makes of them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changes, propertiesOf } from './replacement.ts';

test('a connection is closed by the side that opened it: CloudFront before the load balancer, that before nginx', () => {
  const { Balancer, Distribution } = Object.fromEntries(
    ['Balancer', 'Distribution'].map((id) => [id, propertiesOf({}, `edge ${id}`)]),
  );
  const idle = Balancer.LoadBalancerAttributes.find(
    (each: { Key: string }) => each.Key === 'idle_timeout.timeout_seconds',
  );
  const nginx = /keepalive_timeout (\d+);/.exec(readFileSync('docker/roles/nginx/root/etc/nginx/nginx.conf', 'utf8'));
  const kept = Distribution.DistributionConfig.Origins.flatMap(
    ({ CustomOriginConfig }: { CustomOriginConfig?: { OriginKeepaliveTimeout: number } }) =>
      CustomOriginConfig ? [CustomOriginConfig.OriginKeepaliveTimeout] : [],
  );
  expect(kept.length).toBe(2);
  for (const seconds of kept) expect(seconds).toBeLessThan(Number(idle.Value));
  expect(Number(idle.Value)).toBeLessThan(Number(nginx?.[1]));
});

/** Per cent of a vCPU that AWS gives for ever: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html */
const baseline: Record<string, number> = {
  nano: 5,
  micro: 10,
  small: 20,
  medium: 20,
  large: 30,
  xlarge: 40,
  '2xlarge': 40,
};

test.each([
  ...['small', 'medium', 'large'].map((size) => ({ size }) as object),
  ...['t3.small', 't4g.medium', 't3a.large', 'm7g.large'].map((webInstance) => ({ aws: { webInstance } })),
])('web machines come before the credits are used up: %j', (settings) => {
  const { InstanceType, CreditSpecification } = propertiesOf(settings, 'web WebTemplate').LaunchTemplateData;
  const { TargetValue } = propertiesOf(settings, 'web WebScaling').TargetTrackingConfiguration;
  const [family, size] = InstanceType.split('.');
  if (!family.startsWith('t')) return expect([TargetValue, CreditSpecification]).toEqual([50, undefined]);
  expect(CreditSpecification).toEqual({ CpuCredits: 'standard' });
  return expect(TargetValue).toBeLessThan(baseline[size] ?? 0);
});

test('another number of memcached nodes reaches the machines that run the site', () => {
  const { changed } = changes({ memcached: { count: 1 } }, { memcached: { count: 3 } });
  expect(changed).toEqual(expect.arrayContaining(['data Cache', 'web WebTemplate', 'web AdminTemplate']));
});

test('an address whose mail came back, or who complained, gets none any more, whichever program sends', () => {
  const set = propertiesOf({}, 'mail Configuration');
  expect(set.SuppressionOptions).toEqual({ SuppressedReasons: ['BOUNCE', 'COMPLAINT'] });
  const { ConfigurationSetAttributes } = propertiesOf({}, 'mail Identity');
  expect(ConfigurationSetAttributes.ConfigurationSetName).toMatch(/^mail-Configuration/); // its Ref
});
