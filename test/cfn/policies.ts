/**
 * The policies of cfn/iam, made from what is needed: handlers' permissions of every resource type in cfn/*.yaml, and the calls of
 * our own SDK clients. Pure. What stands here by hand: which verb makes which call, what a service lets us narrow it to, and what
 * handlers ask for that no template of ours uses.
 */
import permissions from './handler-permissions.json' with { type: 'json' };

export type Verb = 'promote' | 'destroy';

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

/**
 * Which verbs make a call ('service:Command' as in src/io/aws). parity and watch only read, so promote's policy has it. Proved by the
 * calls that the built program makes: test/cloud/promote/calls.test.ts.
 */
export const calls: Readonly<Record<string, readonly Verb[]>> = {
  'acm:DescribeCertificate': ['promote'],
  'cloudfront:CreateInvalidation': ['promote'],
  'cloudformation:CancelUpdateStack': ['promote'],
  'cloudformation:ContinueUpdateRollback': ['promote'],
  'cloudformation:CreateChangeSet': ['promote'],
  'cloudformation:DeleteChangeSet': ['promote'],
  'cloudformation:DeleteStack': ['promote', 'destroy'],
  'cloudformation:DescribeChangeSet': ['promote'],
  'cloudformation:DescribeStackEvents': ['promote', 'destroy'],
  'cloudformation:DescribeStackResources': ['destroy'],
  'cloudformation:DescribeStacks': ['promote', 'destroy'],
  'cloudformation:ExecuteChangeSet': ['promote'],
  'cloudformation:GetTemplate': ['promote', 'destroy'],
  'cloudformation:ListChangeSets': ['promote'],
  'cloudformation:UpdateTerminationProtection': ['promote', 'destroy'],
  'ec2:DescribeAddresses': ['promote'],
  'ec2:DescribeAvailabilityZones': ['promote'],
  'ec2:DescribeInstances': ['promote'],
  'ec2:DescribeInstanceTypes': ['promote'],
  'ec2:DescribeManagedPrefixLists': ['promote'],
  'ec2:DescribeVpcs': ['promote'],
  'elasticache:DescribeCacheParameters': ['promote'],
  'iam:SimulatePrincipalPolicy': ['promote'],
  'rds:DescribeDBInstances': ['promote'],
  'rds:DescribeDBParameters': ['promote'],
  'rds:ModifyDBInstance': ['destroy'],
  'route53:ChangeResourceRecordSets': ['destroy'],
  'route53:GetHostedZone': ['promote'],
  'route53:ListResourceRecordSets': ['promote', 'destroy'],
  's3:DeleteObject': ['promote', 'destroy'],
  's3:DeleteObjects': ['destroy'],
  's3:GetObject': ['promote', 'destroy'],
  's3:HeadObject': ['promote'],
  's3:ListObjectsV2': ['promote'],
  's3:ListObjectVersions': ['destroy'],
  's3:PutObject': ['promote', 'destroy'],
  'servicequotas:GetServiceQuota': ['promote'],
  'ses:GetAccount': ['promote'],
  'ssm:GetParameter': ['promote'],
  'sts:GetCallerIdentity': ['promote'],
};

/** Calls whose permission has another name; none: AWS asks for no permission. */
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:HeadObject': ['s3:GetObject'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  'sts:GetCallerIdentity': [],
};

/** Needed besides, with the reason. */
const besides: Readonly<Record<Verb, Readonly<Record<string, string>>>> = {
  promote: {
    'cloudformation:TagResource': 'CreateChangeSet with tags asks for it',
    'cloudformation:UntagResource': 'as above, when a tag goes',
  },
  destroy: {},
};

/** What handlers may ask for, and no property in our templates leads to. Patterns as in a policy. */
export const leftOut: Readonly<Record<string, string>> = {
  'acm-pca:*': 'no certificate of a private authority',
  'cloudfront:*ConnectionGroup': 'no distribution of many tenants',
  'cloudfront:GetVpcOrigin': 'the load balancer is a public origin',
  'cloudfront:UpdateDistributionWithStagingConfig': 'no staging distribution',
  'cloudwatch:GetMetricData': 'no alarm that asks for metrics of another account',
  'cognito-idp:*': 'the load balancer logs nobody in',
  'ec2:AcceptAddressTransfer': 'no address comes from another account',
  'ec2:*PrivateNatGatewayAddress': 'NAT gateways are public ones',
  'ec2:*VpnGateway': 'no VPN',
  'ec2:*SubnetCidrBlock': 'no IPv6 in the subnets',
  'ec2:CopyVolumes': 'no volume is a copy of another',
  'ec2:CreateVpcEncryptionControl': 'not used',
  'ec2:DescribeIpamPools': 'no pools of addresses',
  'ec2:Get*': 'for launch templates of other kinds (images from a parameter, capacity reservations)',
  'ec2:ModifyVpcTenancy': 'not used',
  'ec2:ModifySubnetAttribute': 'no attribute of a subnet is set',
  'elasticloadbalancing:*CapacityReservation': 'no reserved capacity',
  'elasticloadbalancing:ModifyIpPools': 'no pools of addresses',
  'elasticfilesystem:*ReplicationConfiguration': 'no copy in another region',
  'elasticache:CreateSnapshot': 'memcached has no snapshots',
  'firehose:*': 'no log goes to Firehose',
  'iam:Delete*PermissionsBoundary': 'a boundary is set, and another put in its place; bootdev takes none away',
  'iam:*LoginProfile': 'no user of ours has a password',
  'iam:*UserToGroup': 'no groups',
  'iam:RemoveUserFromGroup': 'no groups',
  'iam:ListRoles': 'roles are known by name',
  'kms:CreateGrant': "RDS and EBS are encrypted with AWS's own keys",
  'kms:GenerateDataKeyWithoutPlaintext': 'as above',
  'kms:ReEncrypt*': 'no volume is a copy of another',
  'logs:CreateLogStream': "ElastiCache's log of Redis",
  'logs:*ResourcePolic*': "ElastiCache's log of Redis",
  'managed-fleets:*': 'not a service for customers',
  'rds:*RoleToDBInstance': 'no role of an instance',
  'rds:*RoleFromDBInstance': 'no role of an instance',
  'rds:*DBInstanceAutomatedBackupsReplication': 'no copies of backups in another region',
  'rds:*ReadReplica': 'no read replicas',
  'rds:RestoreDBInstance*': 'restored by a person, not by a template',
  's3:*Analytics*': 'not used',
  's3:*BucketAbac': 'not used',
  's3:*Metadata*': 'no metadata tables',
  's3:*Accelerate*': 'not used',
  's3:*IntelligentTiering*': 'not used',
  's3:*Inventory*': 'not used',
  's3:*Metrics*': 'not used',
  's3:*ObjectLock*': 'not used',
  's3:*Replication*': 'not used',
  's3:*Website': 'no bucket is a web site',
  's3:PutObjectAcl': 'not used',
  's3tables:*': 'no tables in S3',
  'secretsmanager:*Replicat*': 'no secret in another region',
  'ssm:Get*': 'no image or value comes from a parameter at deployment: promote resolves it before',
  'vpc-lattice:*': 'not used',
  'vpce:*': 'not used',
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

/** What IAM asks for when a call is made. */
export const actionsFor = (call: string): readonly string[] => actionsOf[call] ?? [call];

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
  cloudwatch: ['alarm:PROJECT-*', 'alarm:TargetTracking-PROJECT-*'].map((rest) => arn('cloudwatch', rest)),
  iam: ['role', 'user', 'policy', 'instance-profile'].map((kind) => iam(`${kind}/PROJECT-*`)),
  rds: ['db', 'pg', 'subgrp', 'snapshot', 'es']
    .map((kind) => arn('rds', `${kind}:PROJECT-*`))
    .concat(arn('rds', 'og:default*')),
  s3: ['arn:aws:s3:::PROJECT-*', 'arn:aws:s3:::PROJECT-*/*'],
  sns: [arn('sns', 'PROJECT-*')],
};
/** Of those, the ones whose lists cannot be narrowed. */
const listsAll: ReadonlySet<string> = new Set(['autoscaling', 'cloudwatch', 'rds', 'sns']);

/** Files of promote's policies: a managed policy holds 6,144 characters, so there are several, each with services that belong together. */
const files: Readonly<Record<string, readonly string[]>> = {
  'promote-network': ['acm', 'cloudfront', 'ec2', 'elasticloadbalancing', 'route53'],
  'promote-data': ['elasticache', 'elasticfilesystem', 'kms', 'rds', 's3', 'secretsmanager'],
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
  statement('Boot', ['cloudformation:SignalResource'], resourcesOf.cloudformation),
  statement('Secrets', ['secretsmanager:GetSecretValue'], [arn('secretsmanager', 'secret:*')]),
  statement('Disks', ['ec2:AttachVolume'], [arn('ec2', 'volume/*'), arn('ec2', 'instance/*')]),
  statement('DiskLook', ['ec2:DescribeVolumes']),
  statement('Names', ['route53:ChangeResourceRecordSets'], ['arn:aws:route53:::hostedzone/*']),
  statement('Mail', ['ses:SendRawEmail'], [arn('ses', 'identity/*'), arn('ses', 'configuration-set/*')]),
]);

/** What bootdev itself calls. */
function own(verb: Verb): Statement[] {
  const actions = [...ownActions(verb)];
  const of = (...services: string[]) => actions.filter((action) => services.includes(serviceOf(action)));
  const listed = new Set(['cloudformation', 'cloudfront', 'rds', 'route53', 's3', 'ssm']);
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
    statement('Edge', of('cloudfront'), ['arn:aws:cloudfront::*:distribution/*']),
    statement('DebianImage', of('ssm'), ['arn:aws:ssm:*:*:parameter/aws/service/debian/*']),
    statement(
      'Describe',
      actions.filter((action) => !listed.has(serviceOf(action))),
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

const serviceRoles = ['autoscaling', 'elasticache', 'elasticfilesystem', 'elasticloadbalancing', 'rds']
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
    const described = listsAll.has(service) ? lists : [];
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
