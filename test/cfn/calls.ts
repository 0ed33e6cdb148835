/** The calls of our own SDK clients. */

export type Verb = 'promote' | 'destroy';

/**
 * Which verbs make a call ('service:Command' as in src/io/aws). parity and watch only read, so promote's policy has it. Proved by the
 * calls that the built program makes: test/cloud/promote/calls.test.ts.
 */
export const calls: Readonly<Record<string, readonly Verb[]>> = {
  'acm:DescribeCertificate': ['promote'],
  'cloudfront:CreateInvalidation': ['promote'],
  'cloudfront:GetCachePolicy': ['promote'],
  'cloudfront:GetDistributionConfig': ['promote'],
  'cloudfront:GetOriginRequestPolicy': ['promote'],
  'cloudfront:GetResponseHeadersPolicy': ['promote'],
  'cloudfront:ListDistributions': ['promote'],
  'cloudformation:CancelUpdateStack': ['promote'],
  'cloudformation:ContinueUpdateRollback': ['promote'],
  'cloudformation:CreateChangeSet': ['promote'],
  'cloudformation:DeleteChangeSet': ['promote'],
  'cloudformation:DeleteStack': ['promote', 'destroy'],
  'cloudformation:DescribeChangeSet': ['promote'],
  'cloudformation:DescribeEvents': ['promote'],
  'cloudformation:DescribeStackEvents': ['promote', 'destroy'],
  'cloudformation:DescribeStacks': ['promote', 'destroy'],
  'cloudformation:ExecuteChangeSet': ['promote'],
  'cloudformation:GetTemplate': ['promote', 'destroy'],
  'cloudformation:ListChangeSets': ['promote'],
  'cloudformation:ListStackResources': ['promote', 'destroy'],
  'cloudformation:UpdateTerminationProtection': ['promote', 'destroy'],
  'ec2:DescribeAddresses': ['promote'],
  'ec2:DescribeAvailabilityZones': ['promote'],
  'ec2:DescribeImages': ['promote'],
  'ec2:DescribeInstances': ['promote'],
  'ec2:DescribeInstanceTypeOfferings': ['promote'],
  'ec2:DescribeInstanceTypes': ['promote'],
  'ec2:DescribeManagedPrefixLists': ['promote'],
  'ec2:DescribeVpcs': ['promote'],
  'elasticache:DescribeCacheParameters': ['promote'],
  'iam:GetRole': ['promote'],
  'iam:SimulatePrincipalPolicy': ['promote'],
  'logs:FilterLogEvents': ['promote'],
  'rds:DescribeDBInstances': ['promote'],
  'rds:DescribeDBParameters': ['promote'],
  'rds:ModifyDBInstance': ['promote', 'destroy'],
  'route53:ChangeResourceRecordSets': ['destroy'],
  'route53:GetHostedZone': ['promote'],
  'route53:ListResourceRecordSets': ['promote', 'destroy'],
  's3:DeleteObject': ['promote', 'destroy'],
  's3:DeleteObjects': ['destroy'],
  's3:GetBucketCors': ['promote'],
  's3:GetBucketPolicy': ['promote'],
  's3:GetObject': ['promote', 'destroy'],
  's3:GetPublicAccessBlock': ['promote'],
  's3:HeadObject': ['promote'],
  's3:ListObjectsV2': ['promote'],
  's3:ListObjectVersions': ['destroy'],
  's3:PutObject': ['promote', 'destroy'],
  'servicequotas:GetServiceQuota': ['promote'],
  'ses:GetAccount': ['promote'],
  'ses:GetEmailIdentity': ['promote'],
  'ssm:GetParameter': ['promote'],
  'sts:GetCallerIdentity': ['promote'],
};

/** Calls whose permission has another name; none: AWS asks for no permission. */
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:GetBucketCors': ['s3:GetBucketCORS'],
  's3:GetPublicAccessBlock': ['s3:GetBucketPublicAccessBlock'],
  's3:HeadObject': ['s3:GetObject'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  'sts:GetCallerIdentity': [],
};

/** What IAM asks for when a call is made. */
export const actionsFor = (call: string): readonly string[] => actionsOf[call] ?? [call];
