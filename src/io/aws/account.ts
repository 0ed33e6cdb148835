import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypesCommand,
  DescribeManagedPrefixListsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeInstanceTypeOfferings,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Connection, clientOptions, connect } from './connection.ts';

export interface InstanceSize {
  type: string;
  /** MB, nominal. */
  memory: number;
  cpus: number;
  architectures: string[];
}

interface Simulated {
  actions: string[];
  resources: string[];
  context: Record<string, string[]>;
}

/** What preflight asks about the account: numbers of things, never their contents. */
export function account(connection: Connection) {
  const options = clientOptions(connection);
  const ec2 = connect('ec2', new EC2Client(options), connection);
  const iam = connect('iam', new IAMClient(options), connection);
  const quotas = connect('servicequotas', new ServiceQuotasClient(options), connection);
  const ses = connect('ses', new SESv2Client(options), connection);
  const ssm = connect('ssm', new SSMClient(options), connection);

  return {
    async zones(): Promise<string[]> {
      const { AvailabilityZones = [] } = await ec2.send(
        new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }] }),
      );
      return AvailabilityZones.filter(({ State }) => State === 'available').map(({ ZoneName = '' }) => ZoneName);
    },

    /** Those of the types that the region offers. */
    async instanceSizes(types: string[]): Promise<InstanceSize[]> {
      const desired = [...new Set(types)];
      const { InstanceTypes = [] } = await ec2.send(
        new DescribeInstanceTypesCommand({ Filters: [{ Name: 'instance-type', Values: desired }] }),
      );
      return InstanceTypes.map((each) => ({
        type: each.InstanceType ?? '',
        memory: each.MemoryInfo?.SizeInMiB ?? 0,
        cpus: each.VCpuInfo?.DefaultVCpus ?? 0,
        architectures: each.ProcessorInfo?.SupportedArchitectures ?? [],
      }));
    },

    /** Type → the zones that offer it; one that the region lacks is not there. */
    async offerings(types: readonly string[]): Promise<Map<string, string[]>> {
      const Filters = [{ Name: 'instance-type', Values: [...new Set(types)] }];
      const found = new Map<string, string[]>();
      const question = { LocationType: 'availability-zone' as const, Filters };
      for await (const page of paginateDescribeInstanceTypeOfferings({ client: ec2 }, question))
        for (const { InstanceType = '', Location = '' } of page.InstanceTypeOfferings ?? [])
          found.set(InstanceType, [...(found.get(InstanceType) ?? []), Location]);
      return found;
    },

    /** vCPUs of the running instances, except those whose tag begins with the prefix. */
    async runningCpus(except: { tag: string; prefix: string }): Promise<number> {
      const running = { Name: 'instance-state-name', Values: ['pending', 'running'] };
      let cpus = 0;
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters: [running] }))
        for (const { CpuOptions, Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
          if (Tags.some(({ Key, Value }) => Key === except.tag && Value?.startsWith(except.prefix))) continue;
          cpus += (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1);
        }
      return cpus;
    },

    async addresses(): Promise<number> {
      return (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0;
    },

    async vpcs(): Promise<number> {
      return (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length ?? 0;
    },

    /** Id of Amazon's list of the addresses from which CloudFront connects. */
    async edgePrefixList(): Promise<string> {
      const Values = ['com.amazonaws.global.cloudfront.origin-facing'];
      const { PrefixLists = [] } = await ec2.send(
        new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'prefix-list-name', Values }] }),
      );
      return PrefixLists[0]?.PrefixListId ?? '';
    },

    async quota(service: string, code: string): Promise<number> {
      const { Quota } = await quotas.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }));
      return Quota?.Value ?? Number.POSITIVE_INFINITY;
    },

    /** A role's own ARN, which has its path: the ARN of its sessions does not. */
    async role(name: string): Promise<string> {
      return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn ?? '';
    },

    /** Those of the statement's actions that the identity is not allowed to do there. `arn` of a user or role. */
    async denied(arn: string, { actions, resources, context }: Simulated): Promise<string[]> {
      const ContextEntries = Object.entries(context).map(([ContextKeyName, ContextKeyValues]) => ({
        ...{ ContextKeyName, ContextKeyValues, ContextKeyType: 'stringList' as const },
      }));
      const refused = new Set<string>();
      // AWS takes a hundred at once.
      for (let at = 0; at < actions.length; at += 100) {
        const ActionNames = actions.slice(at, at + 100);
        const question = { PolicySourceArn: arn, ActionNames, ResourceArns: resources, ContextEntries };
        for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client: iam }, question))
          for (const { EvalActionName = '', EvalDecision } of EvaluationResults)
            if (EvalDecision !== 'allowed') refused.add(EvalActionName);
      }
      return [...refused];
    },

    /** `open`: SES sends to anybody, not (the sandbox of every new account) to verified addresses only. How many mails it takes. */
    async mailQuota(): Promise<{ open: boolean; perSecond: number; perDay: number }> {
      const { ProductionAccessEnabled: open = false, SendQuota = {} } = await ses.send(new GetAccountCommand({}));
      return { open, perSecond: SendQuota.MaxSendRate ?? 1, perDay: SendQuota.Max24HourSend ?? 200 };
    },

    /** Whether SES in this region has an identity, verified or not: a domain or an address. */
    async hasMailIdentity(name: string): Promise<boolean> {
      try {
        await ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'NotFoundException') return false;
        throw error;
      }
    },

    /** When machine images were made, by id; one that is not offered any more is not there. */
    async imageDates(ids: readonly string[]): Promise<Map<string, Date>> {
      const question = { Filters: [{ Name: 'image-id', Values: [...ids] }], IncludeDeprecated: true };
      const dates = new Map<string, Date>();
      for await (const { Images = [] } of paginateDescribeImages({ client: ec2 }, question))
        for (const { ImageId, CreationDate } of Images)
          if (ImageId && CreationDate) dates.set(ImageId, new Date(CreationDate));
      return dates;
    },

    /** Debian's newest image. */
    async debianImage(architecture: 'amd64' | 'arm64'): Promise<string> {
      const Name = `/aws/service/debian/release/13/latest/${architecture}`;
      return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '';
    },
  };
}
