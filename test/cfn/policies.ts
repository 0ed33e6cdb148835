/**
 * The policies of cfn/iam, made from what is needed: the handlers' permissions for every resource type in cfn/*.yaml, without left-out.ts,
 * and the calls of our own SDK clients (calls.ts). Pure. Written by hand here: how far a service lets us narrow its actions.
 */
import { actionsFor, calls, type Verb } from './calls.ts';
import permissions from './handler-permissions.json' with { type: 'json' };
import { leftOut } from './left-out.ts';

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}
export interface Policy {
  Version: '2012-10-17';
  Statement: Statement[];
}

/** Needed besides, with the reason. */
const besides: Readonly<Record<Verb, Readonly<Record<string, string>>>> = {
  promote: {
    'cloudformation:TagResource': 'CreateChangeSet with tags asks for it',
    'cloudformation:UntagResource': 'as above, when a tag goes',
  },
  destroy: {},
};

/** '*' and nothing else, as in a policy; letters' case does not count there. */
export function matches(pattern: string, action: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}

type Handlers = Readonly<Record<string, readonly string[]>>;

/** Types of which the registry says nothing. */
export const byHand: Readonly<Record<string, Handlers>> = {
  'AWS::IAM::AccessKey': {
    create: ['iam:CreateAccessKey'],
    read: ['iam:ListAccessKeys'],
    update: ['iam:UpdateAccessKey'],
    delete: ['iam:DeleteAccessKey'],
  },
};
const types = [...Object.values(permissions as unknown as Record<string, Handlers>), ...Object.values(byHand)];

/** An update may make, replace and delete; a creation that fails is undone. To delete asks what is there, and some are first changed. */
const handlersOf: Record<Verb, readonly string[]> = {
  promote: ['create', 'read', 'update', 'delete'],
  destroy: ['read', 'delete'],
};

export function handlerActions(verb: Verb): Set<string> {
  const all = types.flatMap((handlers) => handlersOf[verb].flatMap((name) => handlers[name] ?? []));
  return new Set(all.filter((action) => !Object.keys(leftOut).some((pattern) => matches(pattern, action))));
}

export function ownActions(verb: Verb): Set<string> {
  const made = Object.keys(calls).filter((call) => calls[call]?.includes(verb));
  return new Set([...made.flatMap(actionsFor), ...Object.keys(besides[verb])]);
}

/** Replaced by the prefix of the stacks before a policy is made: cfn/iam/README.md. */
const arn = (service: string, rest: string) => `arn:aws:${service}:*:*:${rest}`;
const iam = (rest: string) => `arn:aws:iam::*:${rest}`;

/** Services whose resources begin with the stack's name, however CloudFormation names them. */
const resourcesOf: Readonly<Record<string, readonly string[]>> = {
  autoscaling: [arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/PROJECT-*')],
  cloudformation: [arn('cloudformation', 'stack/PROJECT-*')],
  cloudwatch: ['alarm:PROJECT-*', 'alarm:TargetTracking-PROJECT-*']
    .map((rest) => arn('cloudwatch', rest))
    .concat('arn:aws:cloudwatch::*:dashboard/PROJECT-*'),
  iam: ['role', 'user', 'instance-profile'].map((kind) => iam(`${kind}/PROJECT-*`)),
  rds: ['db', 'pg', 'subgrp', 'snapshot', 'es']
    .map((kind) => arn('rds', `${kind}:PROJECT-*`))
    .concat(arn('rds', 'og:default*')),
  s3: ['arn:aws:s3:::PROJECT-*', 'arn:aws:s3:::PROJECT-*/*'],
  sns: [arn('sns', 'PROJECT-*')],
};
/** Calls about a subscription: SNS narrows none of them, not even by the topic. */
const aboutAll: ReadonlySet<string> = new Set(
  ['GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'Unsubscribe'].map((name) => `sns:${name}`),
);
/** Of those, the ones whose lists cannot be narrowed. */
const listsAll: ReadonlySet<string> = new Set(['autoscaling', 'cloudwatch', 'rds', 'sns']);

/** Files of promote's policies: a managed policy holds 6,144 characters, so there are several, each with services that belong together. */
const files: Readonly<Record<string, readonly string[]>> = {
  'promote-network': ['acm', 'cloudfront', 'ec2', 'elasticloadbalancing', 'route53'],
  'promote-data': ['elasticache', 'kms', 'rds', 's3', 'secretsmanager'],
};

const throughCloudFormation = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } };
const serviceOf = (action: string) => action.split(':')[0] as string;
const title = (service: string) => service.charAt(0).toUpperCase() + service.slice(1).replaceAll(/[^a-z0-9]/gi, '');

/** Every file of cfn/iam by name. */
export function policies(): Map<string, Policy> {
  const promote = handlerActions('promote');
  const destroy = handlerActions('destroy');
  const elsewhere = new Set(Object.values(files).flat());
  return new Map([
    ['promote', policy([...own('promote'), ...roles(promote)])],
    ...Object.entries(files).map(
      ([name, services]) => [name, policy(handlers(promote, (service) => services.includes(service)))] as const,
    ),
    ['promote-services', policy(handlers(promote, (service) => !elsewhere.has(service)))],
    ['destroy', policy([...own('destroy'), ...handlers(destroy, (service) => elsewhere.has(service))])],
    ['destroy-services', policy(handlers(destroy, (service) => !elsewhere.has(service)))],
    ['boundary', boundary],
  ]);
}

const policy = (Statement: Statement[]): Policy => ({ Version: '2012-10-17', Statement });

/** The most that a machine's role may ever be: whatever is written into it, it reaches nothing else, and above all no other right. */
const boundary = policy([
  statement('Objects', ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'], resourcesOf.s3),
  statement(
    'Boot',
    ['cloudformation:DescribeStackResource', 'cloudformation:SignalResource'],
    resourcesOf.cloudformation,
  ),
  statement(
    'Secrets',
    ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
    [arn('secretsmanager', 'secret:*')],
  ),
  // MediaRole, by the two machines that it trusts.
  statement('Media', ['sts:AssumeRole'], [iam('role/PROJECT-*')]),
  statement(
    'Group',
    ['autoscaling:CompleteLifecycleAction', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
    resourcesOf.autoscaling,
  ),
  statement('Heartbeat', ['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'bootdev' } }),
  statement('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', 'log-group:PROJECT-*')]),
  statement('Disks', ['ec2:AttachVolume'], [arn('ec2', 'volume/*'), arn('ec2', 'instance/*')]),
  statement('Describe', ['ec2:DescribeInstances', 'ec2:DescribeVolumes', 'elasticloadbalancing:DescribeTargetHealth']),
  statement('Names', ['route53:ChangeResourceRecordSets'], ['arn:aws:route53:::hostedzone/*']),
  statement('Mail', ['ses:SendRawEmail'], [arn('ses', 'identity/*'), arn('ses', 'configuration-set/*')]),
]);

/** Calls of CloudFront about no single distribution. */
const aboutPolicies = /^cloudfront:(?:List\w+|Get\w+Policy)$/;

/** What bootdev itself calls. */
function own(verb: Verb): Statement[] {
  const actions = [...ownActions(verb)];
  const of = (...services: string[]) => actions.filter((action) => services.includes(serviceOf(action)));
  const listed = new Set(['cloudformation', 'cloudfront', 'logs', 'rds', 'route53', 's3', 'ssm']);
  const unlock = of('rds').filter((action) => !/:Describe/.test(action));
  return [
    statement('Stacks', of('cloudformation'), resourcesOf.cloudformation),
    statement('Buckets', of('s3'), resourcesOf.s3),
    statement('Database', unlock, [arn('rds', 'db:PROJECT-*')]),
    statement(
      'DatabaseDescribe',
      of('rds').filter((action) => !unlock.includes(action)),
    ),
    // The id of a zone or of a distribution says nothing of its name.
    statement('Names', of('route53'), ['arn:aws:route53:::hostedzone/*']),
    statement(
      'Edge',
      of('cloudfront').filter((action) => !aboutPolicies.test(action)),
      ['arn:aws:cloudfront::*:distribution/*'],
    ),
    statement('Logs', of('logs'), [arn('logs', 'log-group:PROJECT-*')]),
    statement('DebianImage', of('ssm'), ['arn:aws:ssm:*:*:parameter/aws/service/debian/*']),
    statement(
      'Describe',
      actions.filter((action) => !listed.has(serviceOf(action)) || aboutPolicies.test(action)),
    ),
  ].filter(({ Action }) => Action.length > 0);
}

/** Handing a role to a service, and the roles that services have for themselves: narrowed by service, wherever the call comes from. */
function roles(actions: ReadonlySet<string>): Statement[] {
  return [
    actions.has('iam:PassRole') &&
      statement('PassRoles', ['iam:PassRole'], [iam('role/PROJECT-*')], {
        StringEquals: { 'iam:PassedToService': [...handedTo] },
      }),
    actions.has('iam:CreateServiceLinkedRole') &&
      statement('ServiceRoles', ['iam:CreateServiceLinkedRole'], [iam('role/aws-service-role/*')], {
        StringEquals: { 'iam:AWSServiceName': serviceRoles },
      }),
  ].filter((each) => each !== false);
}

/** Services that the templates' roles are for. */
export const handedTo: readonly string[] = ['dlm.amazonaws.com', 'ec2.amazonaws.com', 'monitoring.rds.amazonaws.com'];

const serviceRoles = ['autoscaling', 'elasticache', 'elasticloadbalancing', 'rds']
  .concat(['ec2-instance-connect'])
  .map((service) => `${service}.amazonaws.com`);

/** What handlers call with the caller's rights: allowed for CloudFormation only, so for what a stack of ours declares. */
function handlers(actions: ReadonlySet<string>, holds: (service: string) => boolean): Statement[] {
  const single = new Set(['iam:PassRole', 'iam:CreateServiceLinkedRole']);
  const services = new Map<string, string[]>();
  for (const action of [...actions].sort()) {
    const service = serviceOf(action);
    if (holds(service) && !single.has(action)) services.set(service, [...(services.get(service) ?? []), action]);
  }
  return [...services].flatMap(([service, all]) => {
    const lists = all.filter((action) => /:(?:Describe|List)/.test(action));
    const described = all.filter((action) => aboutAll.has(action) || (listsAll.has(service) && lists.includes(action)));
    const rest = all.filter((action) => !described.includes(action));
    return [
      statement(title(service), shorter(rest), resourcesOf[service], throughCloudFormation),
      statement(`${title(service)}Lists`, shorter(described), ['*'], throughCloudFormation),
    ].filter(({ Action }) => Action.length > 0);
  });
}

/** Many Describe… of one service are Describe*: what they tell is no secret. */
function shorter(actions: string[]): string[] {
  const [first] = actions;
  const describing = actions.filter((action) => /:Describe/.test(action));
  if (!first || describing.length < 4) return actions;
  return [...actions.filter((action) => !describing.includes(action)), `${serviceOf(first)}:Describe*`].sort();
}

function statement(
  Sid: string,
  actions: string[],
  Resource: readonly string[] = ['*'],
  Condition?: Statement['Condition'],
): Statement {
  const Action = [...new Set(actions)].sort();
  return { Sid, Effect: 'Allow', Action, Resource: [...Resource], ...(Condition ? { Condition } : {}) };
}
