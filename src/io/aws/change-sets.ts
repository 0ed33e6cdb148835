import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  type DescribeChangeSetCommandInput,
  ExecuteChangeSetCommand,
  paginateDescribeChangeSet,
  paginateDescribeEvents,
  paginateListChangeSets,
  type ResourceChange as SdkChange,
  waitUntilChangeSetCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { Interrupted, UserError } from '../../errors.ts';

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
  /** Delete, Retain, Snapshot, ReplaceAndDelete …; empty where nothing is deleted. */
  policy: string;
  properties: PropertyChange[];
}

export interface ChangeSet {
  status: string;
  reason: string;
  changes: ResourceChange[];
}

/** What AWS found wrong before anything was changed: a name that is taken, a property it does not know, a quota. */
export interface Validation {
  resource: string;
  type: string;
  /** Property, as /Resources/Vpc/Properties/CidrBlock; '' where it is the whole resource. */
  path: string;
  reason: string;
  /** The change set cannot be executed; else only a warning. */
  fatal: boolean;
}

export interface ChangeSetRequest {
  stack: string;
  name: string;
  create: boolean;
  body: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
}

/** Seconds. Small stacks are compared in less than one; none should take so long. */
const waiting = { minDelay: 0.1, maxDelay: 2, maxWaitTime: 15 * 60 };

/** Change sets of the stacks in one region: what CloudFormation would change, before it does. */
export function changeSets(client: CloudFormationClient, signal: AbortSignal | undefined) {
  return {
    async createChangeSet({ stack, name, create, body, parameters, tags }: ChangeSetRequest): Promise<void> {
      await client.send(
        new CreateChangeSetCommand({
          StackName: stack,
          ChangeSetName: name,
          ChangeSetType: create ? 'CREATE' : 'UPDATE',
          TemplateBody: body,
          Parameters: pairs(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
          Tags: pairs(tags).map(([Key, Value]) => ({ Key, Value })),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          ClientToken: name, // whose answer is lost is asked again: it is not another one of this name
        }),
      );
    },

    /** Waits until CloudFormation has compared. FAILED is a result too: without any change, a change set fails. */
    async waitForChangeSet(stack: string, name: string): Promise<ChangeSet> {
      const input = { StackName: stack, ChangeSetName: name };
      await untilCompared(client, input, signal);
      const found: ChangeSet = { status: '', reason: '', changes: [] };
      for await (const page of paginateDescribeChangeSet({ client }, { ...input, IncludePropertyValues: true })) {
        found.status = page.Status ?? '';
        found.reason = page.StatusReason ?? '';
        for (const { ResourceChange } of page.Changes ?? [])
          if (ResourceChange) found.changes.push(change(ResourceChange));
      }
      return found;
    },

    async validations(stack: string, name: string): Promise<Validation[]> {
      const found: Validation[] = [];
      const question = { StackName: stack, ChangeSetName: name, Filters: { FailedEvents: true } };
      for await (const { OperationEvents = [] } of paginateDescribeEvents({ client }, question))
        for (const event of OperationEvents)
          if (event.EventType === 'VALIDATION_ERROR' && event.ValidationStatus !== 'SKIPPED')
            found.push({
              resource: event.LogicalResourceId ?? '',
              type: event.ResourceType ?? '',
              path: event.ValidationPath ?? '',
              reason: event.ValidationStatusReason ?? '',
              fatal: event.ValidationFailureMode !== 'WARN',
            });
      return found;
    },

    async changeSets(stack: string): Promise<string[]> {
      const names: string[] = [];
      for await (const { Summaries = [] } of paginateListChangeSets({ client }, { StackName: stack }))
        for (const { ChangeSetName = '' } of Summaries) names.push(ChangeSetName);
      return names;
    },

    async deleteChangeSet(stack: string, name: string): Promise<void> {
      await client.send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName: name }));
    },

    async executeChangeSet(stack: string, name: string): Promise<void> {
      await client.send(
        // As above: what is in progress already is this one.
        new ExecuteChangeSetCommand({ StackName: stack, ChangeSetName: name, ClientRequestToken: `execute-${name}` }),
      );
    },
  };
}

const pairs = (record: Record<string, string>) => Object.entries(record);

/**
 * The SDK's waiter, with two differences: it takes any error for "not yet" and would hide ours (no network, an expired login) until its time
 * is over, so the first one ends it; and a change set that FAILED is no error here, because its reason is read next.
 */
async function untilCompared(
  client: CloudFormationClient,
  input: DescribeChangeSetCommandInput,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = new AbortController();
  let failure: unknown;
  const send = async (command: never) => {
    try {
      return await client.send(command);
    } catch (error) {
      failure = error;
      stop.abort();
      throw error;
    }
  };
  const watched: CloudFormationClient = Object.assign(Object.create(client), { send });
  const abortSignal = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
  try {
    await waitUntilChangeSetCreateComplete({ client: watched, abortSignal, ...waiting }, input);
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (signal?.aborted) throw new Interrupted();
    if ((error as Error).name !== 'TimeoutError') return; // FAILED
    throw new UserError(
      `CloudFormation has not compared ${input.StackName} after ${waiting.maxWaitTime / 60} minutes.`,
      {
        hint: 'bootdev promote   (it compares again)',
        cause: error,
      },
    );
  }
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
