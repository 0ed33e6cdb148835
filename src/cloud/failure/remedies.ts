/** What to do about a cause, by AWS's own words for it. Pure. */
import type { StackEvent } from '../../io/aws/aws.ts';

/** Files of cfn/iam by their path in cfn/: iam/promote-data.json → text. Others are left out. */
export type Policies = ReadonlyMap<string, string>;

interface Circumstances {
  verb: 'promote' | 'destroy';
  policies: Policies;
  /** The DNS record that a certificate waited for. */
  record?: string | undefined;
}

/** What comes before the command to type, in one or more lines; undefined: nothing is known about it. */
export function remedy(
  { type, reason }: Pick<StackEvent, 'type' | 'reason'>,
  around: Circumstances,
): string | undefined {
  if (/not authorized|AccessDenied|UnauthorizedOperation|is not permitted/i.test(reason))
    return allowing(reason, around);
  if (/Rate exceeded|Throttling/.test(reason)) return 'AWS was asked too often at once: wait a minute, then';
  const short = quotas.find(({ words }) => words.test(reason));
  if (short) return higherQuota(short);
  if (/InsufficientInstanceCapacity|InsufficientDBInstanceCapacity|not have sufficient/.test(reason))
    return 'AWS has no free instance of this type here now: choose another type (aws.webInstance …) or wait, then';
  if (/quota|LimitExceeded|TooMany|limit (?:of|for|has)|maximum number of/i.test(reason))
    return 'request a higher quota in the Service Quotas console, or use less, then';
  if (/\bCAA/.test(reason)) return 'add  0 issue "amazon.com"  to the CAA record of the domain, then';
  if (type === 'AWS::CertificateManager::Certificate' && around.record)
    return `add this record to the domain's DNS (or set aws.hostedZone):\n${around.record}\nthen`;
  return taken(type, reason);
}

/** What there is only one of. */
function taken(type: string, reason: string): string | undefined {
  if (/CNAMEs you provided are already associated|CNAMEAlreadyExists/.test(reason))
    return "another CloudFront distribution, perhaps of another account, has the site's domain among its aliases: take it away there, or choose another site.domain, then";
  if (!/already exists/i.test(reason)) return undefined;
  if (type === 'AWS::SES::EmailIdentity') return 'somebody made it since the plan, and it is used as it is:';
  if (type === 'AWS::Route53::RecordSet')
    return 'somebody made it since the plan; it stays, and the next run ends with the command that changes it:';
  return 'something with that name already exists: delete it, or choose another site.name, then';
}

/** Which policy has it, or who else forbids it. */
function allowing(reason: string, { verb, policies }: Circumstances): string {
  const [, action] = /(?:authorized to perform:?|API:) ([\w-]+:\w+)/.exec(reason) ?? [];
  if (!action) return 'give this identity the policies in cfn/iam/, then';
  const above = /(service control policy|resource control policy|permissions boundary|session policy)/.exec(
    reason,
  )?.[1];
  if (above) return `a ${above} of this identity does not allow ${action}: who manages it has to, then`;
  if (/explicit deny/.test(reason)) return `a policy of this identity denies ${action}: take that away, then`;
  const file = fileWith(action, verb, policies);
  return file
    ? `give this identity the policy cfn/${file}, which has ${action} (cfn/iam/README.md), then`
    : `allow this identity ${action}, then`;
}

function fileWith(action: string, verb: string, policies: Policies): string | undefined {
  const allows = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action);
  const named = [...policies].filter(([path]) => new RegExp(`^iam/${verb}[a-z-]*\\.json$`).test(path));
  return named.find(([, text]) => {
    const { Statement } = JSON.parse(text) as { Statement: { Action: string[] }[] };
    return Statement.some(({ Action }) => Action.some(allows));
  })?.[0];
}

interface Quota {
  /** AWS's words when it is met. */
  words: RegExp;
  /** Of the Service Quotas API. */
  service: string;
  code: string;
}

const quotas: readonly Quota[] = [
  { words: /VcpuLimitExceeded|vCPU (?:capacity|limit)/, service: 'ec2', code: 'L-1216C47A' },
  { words: /AddressLimitExceeded|maximum number of addresses/, service: 'ec2', code: 'L-0263D0A3' },
  { words: /VpcLimitExceeded|maximum number of VPCs/, service: 'vpc', code: 'L-F678F1CE' },
  { words: /NatGatewayLimitExceeded/, service: 'vpc', code: 'L-FE5A380F' },
  { words: /DBInstanceQuotaExceeded|InstanceQuotaExceeded/, service: 'rds', code: 'L-7B6409FD' },
  { words: /TooManyLoadBalancers/, service: 'elasticloadbalancing', code: 'L-53DA6B97' },
  { words: /TooManyDistributions/, service: 'cloudfront', code: 'L-24B04930' },
];

const higherQuota = ({ service, code }: Quota) =>
  `use less, or ask for a higher quota:\naws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value NUMBER\nthen`;
