import { randomUUID } from 'node:crypto';
import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { changeSets } from './change-sets.ts';
import { type Connection, clientOptions, connect } from './connection.ts';
import { type StackEvent, type StackInfo, stackEvent, stackInfo } from './stack-info.ts';

export interface StackResource {
  resource: string;
  physical: string;
  type: string;
  status: string;
}

/** CloudFormation in one region. */
export function cloudformation(connection: Connection) {
  const client = connect('cloudformation', new CloudFormationClient(clientOptions(connection)), connection);

  return {
    region: connection.region,
    ...changeSets(client, connection.signal),

    /** By name or id; a deleted one is found only by its id. */
    async stack(name: string): Promise<StackInfo | undefined> {
      try {
        const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
        const isDeleted = !name.startsWith('arn:') && stack?.StackStatus === 'DELETE_COMPLETE';
        return stack && !isDeleted ? stackInfo(stack) : undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    /** The template's text as it was sent. */
    async template(name: string): Promise<string> {
      const found = await client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }));
      return found.TemplateBody ?? '';
    },

    /** Newest first, page after page, for as long as the caller wants more. */
    async *events(stack: string): AsyncGenerator<StackEvent, void> {
      for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: stack }))
        for (const each of StackEvents) yield stackEvent(each);
    },

    async resources(stack: string): Promise<StackResource[]> {
      const found: StackResource[] = [];
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack }))
        for (const {
          LogicalResourceId = '',
          PhysicalResourceId = '',
          ResourceType = '',
          ...rest
        } of StackResourceSummaries)
          found.push({
            ...{ resource: LogicalResourceId, physical: PhysicalResourceId, type: ResourceType },
            status: rest.ResourceStatus ?? '',
          });
      return found;
    },

    async deleteStack(name: string): Promise<void> {
      await client.send(new DeleteStackCommand({ StackName: name }));
    },

    /** Termination protection on or off. */
    async protect(name: string, on: boolean): Promise<void> {
      await client.send(new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: on }));
    },

    async cancelUpdate(name: string): Promise<void> {
      await client.send(new CancelUpdateStackCommand({ StackName: name, ...once() }));
    },

    async continueRollback(name: string): Promise<void> {
      await client.send(new ContinueUpdateRollbackCommand({ StackName: name, ...once() }));
    },
  };
}

/** The SDK repeats a request whose answer was lost: AWS knows it by this, and does nothing twice. */
const once = () => ({ ClientRequestToken: randomUUID() });

function isMissing(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ValidationError' && /does not exist/.test(message);
}
