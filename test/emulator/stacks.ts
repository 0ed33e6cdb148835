/** Plain stacks in the emulator, without bootdev's engine: create-stack in order, parameters resolved by name. */

import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  type StackEvent,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { readTemplate } from '../cfn/template.ts';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

const digest = (letter: string) => letter.repeat(64);
const kinds = ['Web', 'Admin', 'Search', 'Files', 'Arbiter'];

/** What promote would give beside the outputs. */
export const makeParameters = (project: string, change: Record<string, string> = {}): Record<string, string> => ({
  ...{
    Project: project,
    Domain: '',
    HostedZoneId: '',
    ZoneNames: 'eu-west-1a,eu-west-1b,eu-west-1c',
    MailFrom: 'no-reply@shop.example.org',
    MailIdentity: 'shop.example.org',
  },
  ...{ ImageId: 'ami-0123456789abcdef0', Architecture: 'amd64', EdgePrefixList: 'pl-0123456789abcdef0' },
  ...{ BootDigest: digest('b'), Release: digest('a') },
  ...Object.fromEntries(
    kinds.flatMap((kind) => [
      [`${kind}Bundle`, digest('1')],
      [`${kind}Packages`, digest('2')],
      [`${kind}Capacity`, kind === 'Web' ? 'APCU_MB=64 FPM_CHILDREN=16 OPCACHE_MB=256' : ''],
    ]),
  ),
  ...change,
});

export type Stacks = ReturnType<typeof stacksOf>;

export function stacksOf(endpoint: string, project: string) {
  const clients = new Map<string, CloudFormationClient>();
  const client = (region: string) => {
    const made = clients.get(region) ?? new CloudFormationClient({ endpoint, region, credentials });
    clients.set(region, made);
    return made;
  };

  async function settled(name: string, region: string): Promise<Stack> {
    for (const end = performance.now() + 120_000; performance.now() < end; ) {
      const { Stacks: [stack] = [] } = await client(region).send(new DescribeStacksCommand({ StackName: name }));
      if (stack && !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
      await pause(100);
    }
    throw new Error(`${name} does not settle`);
  }

  /** Parameters that a template has, from `own`, `outputs` or its default; one that nothing fills is an error. */
  function resolved(file: string, own: Record<string, string>, outputs: Record<string, string>) {
    return Object.entries(readTemplate(file).Parameters).flatMap(([ParameterKey, { Default }]) => {
      const ParameterValue = own[ParameterKey] ?? outputs[ParameterKey];
      if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
      if (Default !== undefined) return [];
      throw new Error(`${file}: nothing gives ${ParameterKey} a value`);
    });
  }

  const request = (file: string, name: string, own: Record<string, string>, outputs: Record<string, string>) => ({
    StackName: name,
    TemplateBody: readFileSync(file, 'utf8'),
    Parameters: resolved(file, own, outputs),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
    Tags: [
      { Key: 'bootdev:project', Value: 'test' },
      { Key: 'bootdev:environment', Value: 'production' },
    ],
  });

  const outputsOf = ({ Outputs = [] }: Stack) =>
    Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));

  return {
    name: (part: string) => `${project}-${part}`,

    async create(
      file: string,
      part: string,
      own: Record<string, string>,
      outputs: Record<string, string>,
      region = 'eu-west-1',
    ): Promise<{ status: string; outputs: Record<string, string> }> {
      const name = `${project}-${part}`;
      await client(region).send(new CreateStackCommand(request(file, name, own, outputs)));
      const stack = await settled(name, region);
      return { status: stack.StackStatus ?? '', outputs: outputsOf(stack) };
    },

    /** By name or, what a deleted one alone has, by id; once it is settled. */
    stack: settled,

    /** None where there is no such stack. */
    outputs: (part: string, region?: string): Promise<Record<string, string>> =>
      settled(`${project}-${part}`, region ?? 'eu-west-1').then(outputsOf, () => ({})),

    async update(
      file: string,
      part: string,
      own: Record<string, string>,
      outputs: Record<string, string>,
      region = 'eu-west-1',
    ) {
      const name = `${project}-${part}`;
      await client(region).send(new UpdateStackCommand(request(file, name, own, outputs)));
      return (await settled(name, region)).StackStatus;
    },

    /** By id: a deleted stack has no name. */
    async remove(part: string, region = 'eu-west-1'): Promise<string> {
      const { StackId = '' } = await settled(`${project}-${part}`, region);
      await client(region).send(new DeleteStackCommand({ StackName: StackId }));
      return (await settled(StackId, region)).StackStatus ?? '';
    },

    async events(part: string, region = 'eu-west-1'): Promise<StackEvent[]> {
      const found = await client(region).send(new DescribeStackEventsCommand({ StackName: `${project}-${part}` }));
      return found.StackEvents ?? [];
    },
  };
}

/** Events that say why something is not as it should be: failures, and LocalStack's pretence. */
export const faults = (events: readonly StackEvent[]) =>
  events
    .filter(
      ({ ResourceStatus = '', ResourceStatusReason = '' }) =>
        /FAILED/.test(ResourceStatus) || /deployed as a fallback/.test(ResourceStatusReason),
    )
    .map((each) => `${each.LogicalResourceId} ${each.ResourceType}: ${each.ResourceStatusReason}`);
