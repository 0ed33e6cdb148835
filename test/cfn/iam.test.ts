/**
 * cfn/iam/*.json are what the templates' resource types and our own SDK calls need, no more. After a change of either:
 * scripts/handler-permissions.py, then `npx vitest run test/cfn/iam.test.ts -u`, and read the difference as what it is: rights.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { calls, type Verb } from './calls.ts';
import permissions from './handler-permissions.json' with { type: 'json' };
import { leftOut } from './left-out.ts';
import { byHand, handedTo, handlerActions, matches, ownActions, type Policy, policies } from './policies.ts';
import { templates } from './template.ts';

const folder = 'cfn/iam';
const shipped = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name.replace('.json', ''), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Policy]),
);
const allowed = (verb: Verb) =>
  [...shipped].flatMap(([name, { Statement }]) =>
    name.startsWith(verb) ? Statement.flatMap(({ Action }) => Action) : [],
  );

test.each([...policies()])('cfn/iam/%s.json', async (name, policy) => {
  await expect(`${JSON.stringify(policy, null, 2)}\n`).toMatchFileSnapshot(`../../cfn/iam/${name}.json`);
});

test('no other policy is shipped', () => {
  expect([...shipped.keys()].sort()).toEqual([...policies().keys()].sort());
});

test('permissions are there for the resource types of the templates, and no others', () => {
  const used = templates().flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  expect(Object.keys(permissions)).toEqual([...new Set(used)].sort());
});

test('each type has permissions: from the registry, or by hand where it has none', () => {
  const silent = Object.entries(permissions).filter(([, handlers]) => Object.values(handlers).flat().length === 0);
  expect(silent.map(([type]) => type)).toEqual(Object.keys(byHand));
});

test('roles are passed to the services that trust them', () => {
  const roles = templates().flatMap(({ Resources }) =>
    Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role'),
  );
  const trusted = roles.flatMap(({ Properties }) => [
    ...JSON.stringify(Properties?.AssumeRolePolicyDocument).matchAll(/[a-z0-9.-]+\.amazonaws\.com/g),
  ]);
  expect([...new Set(trusted.map(([service]) => service))].sort()).toEqual(handedTo);
});

test("the boundary allows what the machines' roles and the sender of mail do, and no other action", () => {
  const bound = templates().flatMap(({ Resources }) =>
    Object.values(Resources).filter(({ Properties }) => Properties?.PermissionsBoundary !== undefined),
  );
  const actions = bound.flatMap(({ Properties }) =>
    [...JSON.stringify(Properties?.Policies).matchAll(/"Action":(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, found = '']) =>
      JSON.parse(found),
    ),
  );
  const limit = shipped.get('boundary')?.Statement.flatMap(({ Action }) => Action) ?? [];
  expect([...new Set(actions)].sort()).toEqual([...limit].sort());
});

test('every role that a machine has is bound', () => {
  const free = templates().flatMap(({ Resources }) =>
    Object.entries(Resources).filter(
      ([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && !('PermissionsBoundary' in (Properties ?? {})),
    ),
  );
  const trusted = free.map(([, { Properties }]) => JSON.stringify(Properties?.AssumeRolePolicyDocument));
  expect(trusted.filter((document) => document.includes('ec2.amazonaws.com'))).toEqual([]);
});

// What test/cloud/promote/calls.test.ts records is what its flows make; a command that none of them reaches is found here.
test('every SDK call in the source has its line in calls.ts, and no line is without its call', () => {
  expect(callsIn('src')).toEqual(Object.keys(calls).sort());
});

describe.each(['promote', 'destroy'] as const)('%s', (verb) => {
  const needed = [...handlerActions(verb), ...ownActions(verb)];

  test('each action that is needed is allowed', () => {
    expect(needed.filter((action) => !allowed(verb).some((pattern) => matches(pattern, action)))).toEqual([]);
  });

  test('each action that is allowed is needed', () => {
    expect(allowed(verb).filter((pattern) => !needed.some((action) => matches(pattern, action)))).toEqual([]);
  });

  test('only Describe is allowed with a wildcard', () => {
    expect(
      allowed(verb).filter((pattern) => pattern.includes('*') && !/^[a-z0-9-]+:Describe\*$/.test(pattern)),
    ).toEqual([]);
  });
});

test('what is left out is something that handlers ask for', () => {
  const asked = Object.values(permissions).flatMap((handlers) => Object.values(handlers).flat());
  for (const [pattern, reason] of Object.entries(leftOut)) {
    const found = asked.filter((action) => matches(pattern, action));
    expect([pattern, found.length > 0, reason.length > 5]).toEqual([pattern, true, true]);
  }
});

test('a policy fits a managed policy: 6,144 characters, white space aside', () => {
  for (const [name, policy] of shipped) {
    expect([name, JSON.stringify(policy).replaceAll(/\s/g, '').length <= 6144]).toEqual([name, true]);
  }
});

test('only what our own stacks declare may be created, changed or deleted: through CloudFormation, or by its name', () => {
  const open = [...shipped].flatMap(([name, { Statement }]) =>
    Statement.filter(({ Condition, Resource }) => !Condition && Resource.includes('*')).flatMap(({ Action }) =>
      Action.filter((action) => !/:(?:Describe|Get|List|Simulate)/.test(action)).map((action) => `${name}: ${action}`),
    ),
  );
  expect(open).toEqual([]);
});

/** Waiters, with the command they send. */
const waiters: Record<string, string> = { waitUntilChangeSetCreateComplete: 'DescribeChangeSet' };

/** 'service:Command' of every command, paginator and waiter that is imported from the SDK's clients. */
function callsIn(root: string): string[] {
  const found = new Set<string>();
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(path)) continue;
    const text = readFileSync(join(root, path), 'utf8');
    const imports = [...text.matchAll(/import\s*\{([^}]*)\}\s*from '@aws-sdk\/client-([\w-]+)'/g)];
    for (const [, names = '', client = ''] of imports) {
      const commands = [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+)|(waitUntil\w+))\b/g)];
      for (const [name, command, paged, waiter] of commands) {
        const sent = command ?? paged ?? (waiter ? waiters[waiter] : undefined);
        found.add(`${prefixOf[client] ?? client}:${sent ?? name}`);
      }
    }
  }
  return [...found].sort();
}
/** Clients whose IAM prefix is another word. */
const prefixOf: Record<string, string> = {
  'service-quotas': 'servicequotas',
  'route-53': 'route53',
  'cloudwatch-logs': 'logs',
  sesv2: 'ses',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'auto-scaling': 'autoscaling',
};
