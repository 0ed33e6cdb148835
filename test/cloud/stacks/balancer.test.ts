import { expect, test } from 'vitest';
import { checkBalancer } from '../../../src/cloud/preflight/behaviour.ts';
import { onAlb } from '../../../src/cloud/stacks/balancer.ts';
import { completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';

const of = (balancer: SettingsInput['balancer']) => completeSettings({ balancer });

test('haproxy: nothing is lost, and nothing is said', () => {
  expect(onAlb(of({ algorithm: 'random', sticky: 'cookie' }).balancer)).toEqual({
    ...{ algorithm: 'weighted_random', sticky: true, lost: '' },
  });
  expect(checkBalancer({ settings: of({}) })).toBeUndefined();
});

test.each([
  ['rr', 'round_robin', false],
  ['wrr', 'weighted_random', false],
  ['lc', 'least_outstanding_requests', false],
  ['wlc', 'least_outstanding_requests', false],
  ['sh', 'least_outstanding_requests', true],
  ['lblcr', 'least_outstanding_requests', false],
] as const)('LVS %s becomes %s, and the plan says what is lost', (scheduler, algorithm, sticky) => {
  const settings = of({ kind: 'lvs', scheduler });
  expect(onAlb(settings.balancer)).toMatchObject({ algorithm, sticky });
  expect(checkBalancer({ settings })).toMatchObject({ name: 'balancer', state: 'warning' });
  expect(checkBalancer({ settings })?.text).toContain(`LVS' ${scheduler} becomes ${algorithm}`);
});

test('a scheduler that an ALB has nothing like: what it uses instead is named', () => {
  expect(checkBalancer({ settings: of({ kind: 'lvs', scheduler: 'sed' }) })?.text).toBe(
    "LVS' sed becomes least_outstanding_requests of the ALB: an ALB has nothing like it",
  );
});
