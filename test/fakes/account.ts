/** The account of the fake, and what it answers to the calls that only read it. */
import { ApiError } from './api-error.ts';
import type { Tree } from './xml.ts';

/** What the account has, and what it refuses. */
export interface FakeAccount {
  id: string;
  arn: string;
  /** Roles by name, with the path of their ARN. */
  roles: Record<string, string>;
  /** The token that STS takes for a session of a role; '' - none. */
  webIdentity: string;
  zones: number;
  quotas: Record<string, number>;
  addresses: number;
  vpcs: number;
  runningCpus: number;
  /** Running instances: id → tag bootdev:machine. */
  machines: Map<string, string>;
  /** IAM actions that the simulation denies. */
  denied: string[];
  /** Not even allowed to simulate. */
  noSimulation: boolean;
  mailIsOpen: boolean;
  /** What SES has: domains and addresses, also those of stacks. */
  identities: Set<string>;
  /** CloudFront's distributions beside those of stacks: id → alias. */
  distributions: Map<string, string>;
  /** Debian's newest. */
  image: string;
  /** Images that are offered, with their dates; the newest is always one, of today. */
  imageDates: Record<string, string>;
  /** Instance types that the region lacks. */
  lacks: string[];
  /** Zone → types that it does not offer, although the region has them. */
  zoneLacks: Record<string, string[]>;
  /** ACM's certificates by region: DescribeCertificate's `Certificate`; null: there is none. */
  certificates: Record<string, object | null>;
}

export const newAccount = (): FakeAccount => ({
  id: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/deploy',
  roles: {},
  webIdentity: '',
  zones: 3,
  quotas: { 'L-1216C47A': 64, 'L-0263D0A3': 5, 'L-F678F1CE': 5 },
  machines: new Map(),
  ...{ addresses: 0, vpcs: 1, runningCpus: 0, denied: [], noSimulation: false, mailIsOpen: true },
  ...{ identities: new Set<string>(), distributions: new Map<string, string>() },
  ...{ image: 'ami-0debian13', imageDates: {}, lacks: [], zoneLacks: {}, certificates: {} },
});

export function answerQuery(account: FakeAccount, action: string, form: URLSearchParams): Tree {
  if (/^Describe(?:DB|Cache)/.test(action)) return {}; // parity reads them: nothing is set
  if (action === 'GetCallerIdentity') return { Account: account.id, Arn: account.arn, UserId: 'AIDA' };
  if (action === 'GetRole') return { Role: { Arn: roleArn(account, form.get('RoleName') ?? '') } };
  if (account.noSimulation) throw new ApiError('AccessDenied', 'User is not authorized', 403);
  needPrincipal(account, form.get('PolicySourceArn') ?? '');
  const names = [...form].filter(([key]) => key.startsWith('ActionNames.member.')).map(([, name]) => name);
  return {
    EvaluationResults: names.map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: account.denied.includes(EvalActionName) ? 'implicitDeny' : 'allowed',
    })),
    IsTruncated: false,
  };
}

const missing = (arn: string) => new ApiError('NoSuchEntity', `The entity ${arn} cannot be found.`, 404);

function roleArn({ id, roles }: FakeAccount, name: string): string {
  const path = roles[name];
  if (path === undefined) throw missing(name);
  return `arn:aws:iam::${id}:role${path}${name}`;
}

/** IAM simulates for users and roles that it knows, by their whole ARN. */
function needPrincipal(account: FakeAccount, arn: string): void {
  const known = [account.arn, ...Object.keys(account.roles).map((name) => roleArn(account, name))];
  if (!known.includes(arn)) throw missing(arn);
}

const tagged = ({ machines }: FakeAccount, pattern: string): Tree[] =>
  [...machines]
    .filter(([, value]) => value.startsWith(pattern.replace(/\*$/, '')))
    .map(([instanceId, value]) => ({ instanceId, tagSet: [{ key: 'bootdev:machine', value }] }));

const filtered = (form: URLSearchParams) =>
  [...form].filter(([key]) => /^Filter\.1\.Value\./.test(key)).map(([, value]) => value);

export function answerEc2(account: FakeAccount, action: string, form: URLSearchParams): Tree {
  const { zones, addresses, vpcs, runningCpus, lacks } = account;
  const some = (count: number, make: (index: number) => Tree) =>
    Array.from({ length: count }, (_, index) => make(index));
  switch (action) {
    case 'DescribeAvailabilityZones':
      return {
        availabilityZoneInfo: some(zones, (index) => ({ zoneName: `zone-${'abc'[index]}`, zoneState: 'available' })),
      };
    case 'DescribeAddresses':
      return { addressesSet: some(addresses, () => ({ publicIp: '203.0.113.1' })) };
    case 'DescribeVpcs':
      return { vpcSet: some(vpcs, () => ({ vpcId: 'vpc-1' })) };
    case 'DescribeManagedPrefixLists':
      return { prefixListSet: [{ prefixListId: 'pl-3b927c52' }] };
    case 'DescribeInstances':
      if (form.get('Filter.2.Name') === 'tag:bootdev:machine')
        return { reservationSet: [{ instancesSet: tagged(account, form.get('Filter.2.Value.1') ?? '') }] };
      return {
        reservationSet: runningCpus
          ? [{ instancesSet: [{ cpuOptions: { coreCount: runningCpus, threadsPerCore: 1 }, tagSet: [] }] }]
          : [],
      };
    case 'DescribeImages': {
      const dates: Record<string, string> = { [account.image]: new Date().toISOString(), ...account.imageDates };
      const known = filtered(form).filter((id) => dates[id]);
      return { imagesSet: known.map((id) => ({ imageId: id, creationDate: dates[id] ?? '' })) };
    }
    case 'DescribeInstanceTypeOfferings':
      return {
        instanceTypeOfferingSet: 'abc'
          .slice(0, zones)
          .split('')
          .map((letter) => `zone-${letter}`)
          .flatMap((location) =>
            filtered(form)
              .filter((type) => !lacks.includes(type) && !account.zoneLacks[location]?.includes(type))
              .map((type) => ({ instanceType: type, locationType: 'availability-zone', location })),
          ),
      };
    case 'DescribeInstanceTypes': {
      const desired = filtered(form);
      return { instanceTypeSet: desired.filter((type) => !lacks.includes(type)).map(instanceType) };
    }
    default:
      throw new ApiError('InvalidAction', `the fake has no ${action}`);
  }
}

interface JsonCall {
  region: string;
  path: string;
  body: string;
}

export function answerJson(account: FakeAccount, service: string, { region, path, body }: JsonCall): unknown {
  const input = body ? (JSON.parse(body) as Record<string, string>) : {};
  if (service === 'servicequotas')
    return { Quota: { QuotaCode: input.QuotaCode, Value: account.quotas[input.QuotaCode ?? ''] } };
  if (service === 'ssm') return { Parameter: { Name: input.Name, Value: account.image } };
  if (service === 'acm') return certificate(account, region);
  const [, identity] = /\/email\/identities\/([^/]+)$/.exec(decodeURIComponent(path)) ?? [];
  if (service === 'ses' && identity) {
    if (!account.identities.has(identity)) throw new ApiError('NotFoundException', `No identity ${identity}`, 404);
    return { IdentityType: identity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN', VerifiedForSendingStatus: true };
  }
  if (service === 'ses') {
    const SendQuota = account.mailIsOpen
      ? { MaxSendRate: 14, Max24HourSend: 50_000 }
      : { MaxSendRate: 1, Max24HourSend: 200 };
    return { ProductionAccessEnabled: account.mailIsOpen, SendQuota };
  }
  throw new ApiError('InvalidAction', `the fake has no ${service}`);
}

function certificate(account: FakeAccount, region: string): unknown {
  const { [region]: set = {} } = account.certificates;
  if (!set) throw new ApiError('ResourceNotFoundException', 'Could not find certificate.');
  return { Certificate: { Status: 'ISSUED', NotAfter: Date.UTC(2030, 0, 1) / 1000, ...set } };
}

const memory: Record<string, number> = { micro: 1024, small: 2048, medium: 4096, large: 8192, xlarge: 16_384 };

function instanceType(type: string): Tree {
  const size = memory[type.split('.')[1] ?? ''] ?? 8192;
  const arm = /^[a-z]+\d+g/.test(type);
  return {
    instanceType: type,
    memoryInfo: { sizeInMiB: size },
    vCpuInfo: { defaultVCpus: size > 8192 ? 4 : 2 },
    processorInfo: { supportedArchitectures: [arm ? 'arm64' : 'x86_64'] },
  };
}
