import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explain, firstCause } from '../../../src/cloud/failure/explain.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import type { StackEvent } from '../../../src/io/aws/aws.ts';

const web = stacks.find(({ part }) => part === 'web') as (typeof stacks)[number];

const policies = new Map(
  readdirSync('cfn/iam')
    .filter((name) => name.endsWith('.json'))
    .map((name) => [`iam/${name}`, readFileSync(`cfn/iam/${name}`, 'utf8')]),
);

const event = (resource: string, status: string, reason = ''): StackEvent => ({
  ...{ id: resource + status, time: new Date(0), resource, status, reason },
  ...{ isStack: false, physical: '', type: 'AWS::EC2::Subnet' },
});

const why = (events: StackEvent[], status = 'ROLLBACK_COMPLETE') =>
  explain({ stack: web, status, events, seconds: 61, rest: [], policies });

test('the first cause is not a consequence of it, in whatever order AWS tells them', () => {
  const events = [
    event('B', 'CREATE_FAILED', 'Resource creation cancelled'),
    event('A', 'CREATE_FAILED', 'The CIDR 10.0.0.0/8 is invalid. (Service: Ec2, Status Code: 400, Request ID: 7)'),
    event('C', 'CREATE_FAILED', 'Resource creation cancelled'),
  ];
  expect(firstCause(events)?.resource).toBe('A');
  expect(why(events).cause).toEqual(['subnet A: The CIDR 10.0.0.0/8 is invalid.']);
});

test('a failure of the rollback is not the cause', () => {
  const events = [event('A', 'UPDATE_FAILED', 'first'), event('B', 'UPDATE_FAILED', 'while rolling back')];
  expect(why(events, 'UPDATE_ROLLBACK_FAILED').cause).toEqual(['subnet A: first']);
});

test('no reason at all', () => {
  expect(why([]).cause).toEqual(['AWS gave no reason']);
  expect(why([event('A', 'CREATE_FAILED')]).cause).toEqual(['subnet A: AWS gave no reason']);
});

test.each([
  ['ROLLBACK_COMPLETE', 'rolled back after 1 min 01 s', /what it had created was deleted/],
  ['ROLLBACK_FAILED', 'failed after 1 min 01 s, and could not be rolled back', /still exists/],
  ['UPDATE_ROLLBACK_COMPLETE', 'rolled back after 1 min 01 s', /nothing was lost/],
  ['UPDATE_ROLLBACK_FAILED', 'failed after 1 min 01 s, and could not be rolled back', /stuck/],
  ['DELETE_FAILED', 'could not be deleted after 1 min 01 s', /still exists/],
])('%s', (status, what, now) => {
  const failure = why([event('A', 'CREATE_FAILED', 'x')], status);
  expect(failure.what).toBe(what);
  expect(failure.now).toMatch(now);
  expect(failure.next.join(' ')).toContain('bootdev promote');
});

test('of a boot log, the line that says what failed', () => {
  const signal = 'Failed to receive 1 resource signal(s) within the specified duration';
  const log = { kind: 'web', instance: 'i-1', lines: ['fetch', 'php-fpm: ERROR: no pool', 'giving up'] };
  const events = [event('Group', 'CREATE_FAILED', signal)];
  const { cause } = explain({ stack: web, status: 'ROLLBACK_COMPLETE', events, seconds: 1, rest: [], log, policies });
  expect(cause.at(-1)).toBe('php-fpm: ERROR: no pool');
});

const denied = (action: string, why: string) =>
  `Resource handler returned message: "User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: ${action} on resource: arn:aws:x:::y ${why} (Service: X, Status Code: 403, Request ID: 1-2)" (RequestToken: 9, HandlerErrorCode: AccessDenied)`;
const noPolicy = 'because no identity-based policy allows the action';

test.each<[type: string, reason: string, next: string]>([
  [
    '',
    denied('autoscaling:CreateAutoScalingGroup', noPolicy),
    'policy cfn/iam/promote-services.json, which has autoscaling:Cr',
  ],
  ['', denied('rds:CreateDBInstance', noPolicy), 'policy cfn/iam/promote-data.json, which has rds:CreateDBInstance'],
  [
    '',
    'API: ec2:CreateNatGateway You are not authorized to perform this operation.',
    'promote-network.json, which has ec2:Cr',
  ],
  ['', denied('lambda:CreateFunction', noPolicy), 'allow this identity lambda:CreateFunction, then'],
  [
    '',
    denied('ec2:CreateVpc', 'with an explicit deny in a service control policy'),
    'a service control policy of this identity does',
  ],
  [
    '',
    denied('iam:CreateRole', 'because no permissions boundary allows the action'),
    'a permissions boundary of this identity does',
  ],
  [
    '',
    denied('ec2:CreateVpc', 'with an explicit deny in an identity-based policy'),
    'denies ec2:CreateVpc: take that away, then',
  ],
  [
    '',
    'You are not authorized to perform this operation. (Service: Ec2)',
    'give this identity the policies in cfn/iam/, then',
  ],
  [
    '',
    'The maximum number of addresses has been reached. (Service: Ec2)',
    '--service-code ec2 --quota-code L-0263D0A3',
  ],
  ['', 'The maximum number of VPCs has been reached.', '--service-code vpc --quota-code L-F678F1CE'],
  [
    '',
    'Group did not stabilize. Last scaling activity: You have requested more vCPU capacity than your current vCPU limit of 8 allows',
    'L-1216C47A',
  ],
  ['', 'Cannot create more than 200 subnets (SubnetLimitExceeded)', 'the Service Quotas console'],
  ['', 'We currently do not have sufficient m7g.large capacity in the zone', 'choose another type'],
  ['', 'Rate exceeded (Service: ElasticLoadBalancing, Status Code: 400)', 'asked too often'],
  ['', 'Exceeded attempts to wait', 'fix the cause (the template is cfn/60-web.yaml), then'],
  ['AWS::SES::EmailIdentity', 'shop.example.org already exists', 'it is used as it is'],
  [
    'AWS::Route53::RecordSet',
    "Tried to create resource record set [name='shop.example.org.', type='A'] but it already exists",
    'it stays',
  ],
  ['AWS::S3::Bucket', 'shop-production-artifacts already exists', 'choose another site.name'],
  [
    'AWS::CloudFront::Distribution',
    'One or more of the CNAMEs you provided are already associated with a different resource.',
    'take it away there',
  ],
])('what to do: %s %s', (type, reason, next) => {
  const failure = why([{ ...event('A', 'CREATE_FAILED', reason), type }]);
  expect(failure.next.join(' ')).toContain(next);
  expect(failure.next.at(-1)).toMatch(/^bootdev promote /);
});

test("destroy's own policies, and its own command", () => {
  const events = [event('A', 'DELETE_FAILED', denied('rds:DeleteDBInstance', noPolicy))];
  const failed = {
    stack: web,
    status: 'DELETE_FAILED',
    events,
    seconds: 1,
    rest: [],
    policies,
    verb: 'destroy' as const,
  };
  expect(explain(failed).next.join(' ')).toMatch(/cfn\/iam\/destroy.*\.json, which has rds:Del.* bootdev destroy /);
});

test('a certificate whose record never came', () => {
  const awaited = 'Content of DNS Record is: {Name: _a1.x.org.,Type: CNAME,Value: _b2.acm-validations.aws.}';
  const type = 'AWS::CertificateManager::Certificate';
  const events = [
    { ...event('C', 'CREATE_IN_PROGRESS', awaited), type },
    { ...event('C', 'CREATE_FAILED', 'Certificate did not stabilize'), type },
  ];
  expect(why(events).next).toContain('_a1.x.org. CNAME _b2.acm-validations.aws.');
});
