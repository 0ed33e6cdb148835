/**
 * What cfn/iam allows, held against the resources that the stacks really make: each handler's call is judged on the resource's own ARN,
 * as IAM does, and each resource that a policy names is made by a template. action-resources.json: scripts/action-resources.py.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveTemplate, type Value } from '../fakes/template-values.ts';
import formats from './action-resources.json' with { type: 'json' };
import permissions from './handler-permissions.json' with { type: 'json' };
import { matches, type Policy } from './policies.ts';
import { readTemplate, templateFiles } from './template.ts';

const place = 'eu-west-1:123456789012';
const statements = new Map(
  (['promote', 'destroy'] as const).map((verb) => [
    verb,
    readdirSync('cfn/iam')
      .filter((file) => file.startsWith(verb) && file.endsWith('.json'))
      .flatMap((file) => (JSON.parse(readFileSync(join('cfn/iam', file), 'utf8')) as Policy).Statement)
      .map((statement) => ({
        ...statement,
        Resource: statement.Resource.map((each) => each.replaceAll('PROJECT-', 'shop-production-')),
      })),
  ]),
);

/** The ARN of a resource as CloudFormation makes it, for the services whose policies are narrowed by a name. */
const arns: Record<string, (name: string, own: Value) => string> = {
  'AWS::AutoScaling::AutoScalingGroup': (name) =>
    `arn:aws:autoscaling:${place}:autoScalingGroup:0b1c:autoScalingGroupName/${name}`,
  'AWS::CloudWatch::Alarm': (name, { AlarmName = name }) => `arn:aws:cloudwatch:${place}:alarm:${AlarmName}`,
  'AWS::CloudWatch::Dashboard': (name, { DashboardName = name }) =>
    `arn:aws:cloudwatch::123456789012:dashboard/${DashboardName}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::123456789012:role/${name}`,
  'AWS::IAM::User': (name) => `arn:aws:iam::123456789012:user/${name}`,
  'AWS::IAM::InstanceProfile': (name) => `arn:aws:iam::123456789012:instance-profile/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${place}:log-group:${name}`,
  'AWS::RDS::DBInstance': (name) => `arn:aws:rds:${place}:db:${name.toLowerCase()}`,
  'AWS::RDS::DBParameterGroup': (name) => `arn:aws:rds:${place}:pg:${name.toLowerCase()}`,
  'AWS::RDS::DBSubnetGroup': (name) => `arn:aws:rds:${place}:subgrp:${name.toLowerCase()}`,
  'AWS::RDS::EventSubscription': (name) => `arn:aws:rds:${place}:es:${name.toLowerCase()}`,
  'AWS::S3::Bucket': (name, { BucketName = name.toLowerCase() }) => `arn:aws:s3:::${BucketName}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${place}:${name}`,
};

/** Every parameter with a value, so that no resource is left out by a condition. */
const filled = (path: string) =>
  Object.fromEntries(
    Object.entries(readTemplate(path).Parameters).map(([name, { Default }]) => [name, String(Default || 'x')]),
  );

const made = templateFiles().flatMap((path) => {
  const stack = `shop-production-${path.replace(/^.*\d\d-|\.yaml$/g, '')}`;
  const { resources } = resolveTemplate(readFileSync(path, 'utf8'), {
    ...{ stack, region: 'eu-west-1', account: '123456789012', physical: () => undefined },
    parameters: { ...filled(path), Project: 'shop-production' },
  });
  return [...resources].flatMap(([id, { type, properties }]) => {
    const arn = arns[type]?.(`${stack}-${id}-1ABCDEF2GHIJ`, properties);
    return arn ? [{ id, type, arn }] : [];
  });
});

/** Named although no template has them: by the form of their ARN, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  ':alarm:TargetTracking-': 'made by Auto Scaling for WebScaling, with the rights of the caller',
  ':snapshot:': 'the final snapshot of a database that is deleted',
  ':cloudformation:': 'the stacks themselves',
  's3:::shop-production-*/*': 'objects: uploaded by promote, removed by destroy',
};

const known = formats as Record<string, readonly string[]>;

describe.each([...statements])('%s', (verb, all) => {
  const handlers = verb === 'promote' ? ['create', 'read', 'update', 'delete'] : ['read', 'delete'];

  test('each call of a handler is allowed on the resource that it is about', () => {
    const denied = made.flatMap(({ id, type, arn }) =>
      handlers
        .flatMap(
          (handler) => (permissions as unknown as Record<string, Record<string, string[]>>)[type]?.[handler] ?? [],
        )
        .filter((action) => known[action]?.some((format) => matches(format, arn)))
        .filter((action) => policyHas(action) && !allows(action, arn))
        .map((action) => `${action} on ${id}: ${arn}`),
    );
    expect([...new Set(denied)]).toEqual([]);
  });

  const allows = (action: string, arn: string) =>
    all.some(
      ({ Action, Resource }) =>
        Action.some((pattern) => matches(pattern, action)) && Resource.some((pattern) => matches(pattern, arn)),
    );
  const policyHas = (action: string) => all.some(({ Action }) => Action.some((pattern) => matches(pattern, action)));

  test('an action that no resource narrows is allowed on all', () => {
    const narrow = Object.entries(known).filter(([, list]) => list.length === 0);
    expect(narrow.map(([action]) => action).filter((action) => policyHas(action) && !allows(action, 'x'))).toEqual([]);
  });

  test('each resource that is named is made by a template, or has its reason', () => {
    const named = new Set(all.flatMap(({ Resource }) => Resource).filter((each) => each.includes('shop-production-')));
    const unused = [...named].filter((pattern) => !made.some(({ arn }) => matches(pattern, arn)));
    expect(unused.filter((pattern) => !Object.keys(elsewhere).some((part) => pattern.includes(part)))).toEqual([]);
  });
});

test('there is something to judge', () => {
  expect(made.length).toBeGreaterThan(40);
});
