import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  type ResourceChange as SdkChange,
  type StackEvent as SdkEvent,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { type Connection, clientOptions, sender } from './connection.ts';

export interface StackInfo {
  id: string;
  name: string;
  /** CREATE_COMPLETE, UPDATE_ROLLBACK_FAILED … */
  status: string;
  reason: string;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  tags: Record<string, string>;
  protected: boolean;
}

export interface StackEvent {
  id: string;
  time: Date;
  /** Logical id; the stack's own name for the stack itself. */
  resource: string;
  /** The stack itself, not one of its resources. */
  isStack: boolean;
  physical: string;
  /** AWS::RDS::DBInstance */
  type: string;
  status: string;
  reason: string;
}

export interface PropertyChange {
  /** 'Properties', 'Tags', 'UpdatePolicy' … */
  attribute: string;
  /** /Properties/Parameters/innodb_buffer_pool_size where AWS says it, else the property's name. */
  path: string;
  before?: string;
  after?: string;
  recreates: 'Never' | 'Conditionally' | 'Always';
}

export interface ResourceChange {
  action: string;
  resource: string;
  type: string;
  replacement: 'True' | 'False' | 'Conditional';
  /** Delete, Retain, Snapshot, ReplaceAndDelete …; empty where nothing goes. */
  policy: string;
  properties: PropertyChange[];
}

export interface ChangeSet {
  status: string;
  reason: string;
  changes: ResourceChange[];
}

export interface ChangeSetRequest {
  stack: string;
  name: string;
  create: boolean;
  body: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
}

const pairs = (record: Record<string, string>) => Object.entries(record);

/** CloudFormation in one region. */
export function cloudformation(connection: Connection) {
  const send = sender('cloudformation', new CloudFormationClient(clientOptions(connection)), connection);

  return {
    region: connection.region,

    /** By name or id; a deleted one is found only by its id. */
    async stack(name: string): Promise<StackInfo | undefined> {
      try {
        const { Stacks = [] } = await send(new DescribeStacksCommand({ StackName: name }));
        const [stack] = Stacks;
        if (!stack || (!name.startsWith('arn:') && stack.StackStatus === 'DELETE_COMPLETE')) return undefined;
        return {
          id: stack.StackId ?? '',
          name: stack.StackName ?? '',
          status: stack.StackStatus ?? '',
          reason: stack.StackStatusReason ?? '',
          parameters: Object.fromEntries(
            (stack.Parameters ?? []).map((each) => [each.ParameterKey ?? '', each.ParameterValue ?? '']),
          ),
          outputs: Object.fromEntries(
            (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
          ),
          tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
          protected: stack.EnableTerminationProtection ?? false,
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    /** The template's text as it was sent. */
    async template(name: string): Promise<string> {
      return (await send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }))).TemplateBody ?? '';
    },

    async createChangeSet({ stack, name, create, body, parameters, tags }: ChangeSetRequest): Promise<void> {
      await send(
        new CreateChangeSetCommand({
          StackName: stack,
          ChangeSetName: name,
          ChangeSetType: create ? 'CREATE' : 'UPDATE',
          TemplateBody: body,
          Parameters: pairs(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
          Tags: pairs(tags).map(([Key, Value]) => ({ Key, Value })),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
        }),
      );
    },

    async changeSet(stack: string, name: string): Promise<ChangeSet> {
      const changes: ResourceChange[] = [];
      let token: string | undefined;
      for (;;) {
        const page = await send(
          new DescribeChangeSetCommand({
            StackName: stack,
            ChangeSetName: name,
            IncludePropertyValues: true,
            ...(token ? { NextToken: token } : {}),
          }),
        );
        for (const { ResourceChange } of page.Changes ?? []) if (ResourceChange) changes.push(change(ResourceChange));
        token = page.NextToken;
        if (!token) return { status: page.Status ?? '', reason: page.StatusReason ?? '', changes };
      }
    },

    async changeSets(stack: string): Promise<string[]> {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page = await send(
          new ListChangeSetsCommand({ StackName: stack, ...(token ? { NextToken: token } : {}) }),
        );
        for (const { ChangeSetName = '' } of page.Summaries ?? []) names.push(ChangeSetName);
        token = page.NextToken;
      } while (token);
      return names;
    },

    async deleteChangeSet(stack: string, name: string): Promise<void> {
      await send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: name }));
    },

    async executeChangeSet(stack: string, name: string): Promise<void> {
      await send(new ExecuteChangeSetCommand({ StackName: stack, ChangeSetName: name }));
    },

    /** Newest first, page after page, for as long as the caller wants more. */
    async *events(stack: string): AsyncGenerator<StackEvent, void> {
      let token: string | undefined;
      do {
        const page = await send(
          new DescribeStackEventsCommand({ StackName: stack, ...(token ? { NextToken: token } : {}) }),
        );
        for (const each of page.StackEvents ?? []) yield event(each);
        token = page.NextToken;
      } while (token);
    },

    async resources(stack: string): Promise<{ resource: string; physical: string; type: string; status: string }[]> {
      const { StackResources = [] } = await send(new DescribeStackResourcesCommand({ StackName: stack }));
      return StackResources.map((each) => ({
        resource: each.LogicalResourceId ?? '',
        physical: each.PhysicalResourceId ?? '',
        type: each.ResourceType ?? '',
        status: each.ResourceStatus ?? '',
      }));
    },

    async deleteStack(name: string): Promise<void> {
      await send(new DeleteStackCommand({ StackName: name }));
    },

    /** Termination protection on or off. */
    async protect(name: string, on: boolean): Promise<void> {
      await send(new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: on }));
    },

    async cancelUpdate(name: string): Promise<void> {
      await send(new CancelUpdateStackCommand({ StackName: name }));
    },

    async continueRollback(name: string): Promise<void> {
      await send(new ContinueUpdateRollbackCommand({ StackName: name }));
    },
  };
}

function change(sdk: SdkChange): ResourceChange {
  return {
    action: sdk.Action ?? '',
    resource: sdk.LogicalResourceId ?? '',
    type: sdk.ResourceType ?? '',
    replacement: sdk.Replacement ?? 'False',
    policy: sdk.PolicyAction ?? '',
    properties: (sdk.Details ?? []).map(({ Target = {} }) => ({
      attribute: Target.Attribute ?? '',
      path: Target.Path ?? Target.Name ?? '',
      ...(Target.BeforeValue === undefined ? {} : { before: Target.BeforeValue }),
      ...(Target.AfterValue === undefined ? {} : { after: Target.AfterValue }),
      recreates: Target.RequiresRecreation ?? 'Never',
    })),
  };
}

function event(sdk: SdkEvent): StackEvent {
  return {
    id: sdk.EventId ?? '',
    time: sdk.Timestamp ?? new Date(0),
    resource: sdk.LogicalResourceId ?? '',
    isStack: sdk.PhysicalResourceId === sdk.StackId,
    physical: sdk.PhysicalResourceId ?? '',
    type: sdk.ResourceType ?? '',
    status: sdk.ResourceStatus ?? '',
    reason: sdk.ResourceStatusReason ?? '',
  };
}

function isMissing(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ValidationError' && /does not exist/.test(message);
}
