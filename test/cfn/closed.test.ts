/** The load balancer's doors, as the template resolves with and without a key. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveTemplate, type Value } from '../fakes/template-values.ts';
import { readTemplate } from './template.ts';

const path = 'cfn/58-edge.yaml';

function rules(change: Record<string, string>): Value[] {
  const defaults = Object.entries(readTemplate(path).Parameters).map(([name, { Default }]) => [
    name,
    String(Default ?? 'x'),
  ]);
  const { resources } = resolveTemplate(readFileSync(path, 'utf8'), {
    ...{ stack: 'edge', region: 'eu-west-1', account: '1', physical: () => undefined },
    parameters: { ...Object.fromEntries(defaults), Project: 'shop-production', ...change },
  });
  return [...resources.values()]
    .filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .map(({ properties }) => properties)
    .sort((a, b) => a.Priority - b.Priority);
}

/** What a load balancer does: the first rule whose every condition is met. */
function answer(all: Value[], headers: Record<string, string>): Value {
  const met = ({ HttpHeaderConfig: { HttpHeaderName, Values } }: Value) => Values.includes(headers[HttpHeaderName]);
  return all.find(({ Conditions }) => Conditions.every(met))?.Actions[0] ?? { Type: 'the default: 403' };
}

const digest = 'd'.repeat(64);
const [{ Conditions: [edge] = [] as Value[] } = {}] = rules({}) as Value[];
const ours = { 'X-Bootdev-Edge': edge.HttpHeaderConfig.Values[0] as string };

test('open: one rule, by which our own distribution reaches the machines', () => {
  const all = rules({});
  expect(all).toHaveLength(1);
  expect(answer(all, ours).Type).toBe('forward');
  expect(answer(all, {}).Type).toBe('the default: 403');
});

test('closed: our distribution reaches them with the key only; else a page and 503', () => {
  const all = rules({ ClosedBy: digest });
  expect(answer(all, { ...ours, 'X-Bootdev-Opened': digest }).Type).toBe('forward');
  for (const more of [{}, { 'X-Bootdev-Opened': 'e'.repeat(64) }, { 'X-Bootdev-Opened': '' }]) {
    const { Type, FixedResponseConfig: said } = answer(all, { ...ours, ...more });
    expect([Type, said.StatusCode, said.ContentType]).toEqual(['fixed-response', '503', 'text/html']);
    expect(said.MessageBody.length).toBeLessThan(1024); // AWS takes no longer one
  }
  expect(answer(all, { 'X-Bootdev-Opened': digest }).Type).toBe('the default: 403');
});

test("health checks pass both: the target group's own, straight to the machines", () => {
  const { Resources } = readTemplate(path);
  expect(Resources.TargetGroup?.Properties).toMatchObject({ HealthCheckPath: '/-/healthz', Port: 80 });
});
