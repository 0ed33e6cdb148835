/** A CloudFormation with a memory: the Query protocol over FakeStack. README.md says what it copies and what not. */
import { ApiError } from './api-error.ts';
import { members, withDefaults } from './parameters.ts';
import { FakeStack } from './stack.ts';
import type { FakeChangeSet, FakeResource, Script } from './stack-types.ts';
import type { Tree } from './xml.ts';

type Call = (input: URLSearchParams, region: string) => Tree;

export class FakeCloudformation {
  readonly stacks: FakeStack[] = [];
  /** Rows on a page: few, so that every reader has to read several pages. */
  pageSize = 3;
  private readonly account: string;
  private readonly script: Script;

  constructor(account: string, script: Script) {
    this.account = account;
    this.script = script;
  }

  /** By name (in any region, the one that is not deleted first) or id. */
  find(name: string, region?: string): FakeStack | undefined {
    const named = this.stacks.filter((stack) => stack.id === name || stack.name === name);
    const here = named.filter((stack) => region === undefined || stack.region === region);
    return here.find(({ status }) => status !== 'DELETE_COMPLETE') ?? here.find(({ id }) => id === name);
  }

  call(action: string, input: URLSearchParams, region: string): Tree {
    const call = (this.calls as Record<string, Call>)[action];
    if (!call) throw new ApiError('InvalidAction', `the fake has no ${action}`);
    return call(input, region);
  }

  /** Of all stacks. */
  resources(): FakeResource[] {
    return this.stacks.flatMap(({ resources }) => [...resources.values()]);
  }

  private need(input: URLSearchParams, region: string): FakeStack {
    const name = input.get('StackName') ?? '';
    const found = this.find(name, region);
    if (!found) throw new ApiError('ValidationError', `Stack with id ${name} does not exist`);
    return found;
  }

  private needSet(stack: FakeStack, input: URLSearchParams): FakeChangeSet {
    const found = stack.changeSets.get(input.get('ChangeSetName') ?? '');
    if (!found)
      throw new ApiError('ChangeSetNotFound', `ChangeSet [${input.get('ChangeSetName')}] does not exist`, 404);
    return found;
  }

  private readonly calls = {
    DescribeStacks: (input: URLSearchParams, region: string) => ({ Stacks: [described(this.need(input, region))] }),

    GetTemplate: (input: URLSearchParams, region: string) => ({ TemplateBody: this.need(input, region).body }),

    CreateChangeSet: (input: URLSearchParams, region: string) => {
      const name = input.get('StackName') ?? '';
      const create = input.get('ChangeSetType') === 'CREATE';
      const body = input.get('TemplateBody') ?? '';
      if (Buffer.byteLength(body) > 51_200) {
        throw new ApiError(
          'ValidationError',
          "1 validation error: 'templateBody' must have length less than or equal to 51200",
        );
      }
      let stack = this.find(name, region);
      if (!create && (!stack || stack.status === 'REVIEW_IN_PROGRESS'))
        throw new ApiError('ValidationError', `Stack [${name}] does not exist`);
      if (create && stack && stack.status !== 'REVIEW_IN_PROGRESS')
        throw new ApiError(
          'ValidationError',
          `Stack [${name}] already exists and cannot be created again with the changeSet.`,
        );
      const known = stack?.changeSets.get(input.get('ChangeSetName') ?? '');
      if (known && stack && known.token === input.get('ClientToken'))
        return { Id: `${stack.id}/changeSet`, StackId: stack.id };
      if (known) throw new ApiError('AlreadyExistsException', `ChangeSet ${known.name} already exists`);
      if (stack && /_IN_PROGRESS$/.test(stack.status) && stack.status !== 'REVIEW_IN_PROGRESS')
        throw new ApiError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      if (stack && /ROLLBACK_FAILED$|^ROLLBACK_COMPLETE$/.test(stack.status))
        throw new ApiError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      const parameters = withDefaults(body, members(input, 'Parameters', 'ParameterKey', 'ParameterValue'));
      if (!stack) {
        stack = new FakeStack(name, region, this.account, this.script);
        stack.say('REVIEW_IN_PROGRESS', 'User Initiated');
        this.stacks.push(stack);
      }
      const tags = members(input, 'Tags', 'Key', 'Value');
      const changes = stack.difference(body, parameters);
      const sameTags = JSON.stringify(tags) === JSON.stringify(stack.tags);
      const empty = !create && changes.length === 0 && sameTags;
      const validations = changes.flatMap(({ LogicalResourceId: resource, ResourceType: type }) => {
        const found = this.script.validations.get(`${name}/${resource}`);
        return found ? [{ ...found, resource, type }] : [];
      });
      const isRefused = validations.some(({ mode }) => mode === 'FAIL');
      const failure =
        "The submitted information didn't contain changes. Submit different information to create a change set.";
      stack.changeSets.set(input.get('ChangeSetName') ?? '', {
        ...{ name: input.get('ChangeSetName') ?? '', create, body, parameters, tags, changes, pending: 1, validations },
        token: input.get('ClientToken'),
        ...(empty ? { failure } : {}),
        ...(isRefused
          ? { failure: 'The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck].' }
          : {}),
      });
      return { Id: `${stack.id}/changeSet`, StackId: stack.id };
    },

    DescribeChangeSet: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      const set = this.needSet(stack, input);
      const base = { ChangeSetName: set.name, StackName: stack.name, StackId: stack.id };
      if (set.pending > 0) {
        set.pending -= 1;
        return { ...base, Status: 'CREATE_IN_PROGRESS', ExecutionStatus: 'UNAVAILABLE', Changes: [] };
      }
      if (set.failure) return { ...base, Status: 'FAILED', StatusReason: set.failure, Changes: [] };
      const page = this.page(set.changes, input);
      return {
        ...base,
        ...{ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE', NextToken: page.NextToken },
        Changes: page.rows.map((change) => ({ Type: 'Resource', ResourceChange: change as unknown as Tree })),
      };
    },

    /** What its validation has found; failed events only. */
    DescribeEvents: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      const page = this.page(this.needSet(stack, input).validations, input);
      return {
        OperationEvents: page.rows.map(({ resource, type, reason, path, mode }) => ({
          ...{ EventId: resource, StackId: stack.id, OperationType: 'CREATE_CHANGESET', Timestamp: new Date() },
          ...{ EventType: 'VALIDATION_ERROR', LogicalResourceId: resource, ResourceType: type },
          ...{ ValidationFailureMode: mode, ValidationStatus: 'FAILED', ValidationStatusReason: reason },
          ...(path ? { ValidationPath: path } : {}),
        })),
        NextToken: page.NextToken,
      };
    },

    ListChangeSets: (input: URLSearchParams, region: string) => {
      const page = this.page([...this.need(input, region).changeSets.keys()], input);
      return { Summaries: page.rows.map((ChangeSetName) => ({ ChangeSetName })), NextToken: page.NextToken };
    },

    DeleteChangeSet: (input: URLSearchParams, region: string) => {
      this.need(input, region).changeSets.delete(input.get('ChangeSetName') ?? '');
      return {};
    },

    ExecuteChangeSet: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      if (isRepeated(stack, input)) return {};
      const set = this.needSet(stack, input);
      if (set.pending > 0 || set.failure)
        throw new ApiError(
          'InvalidChangeSetStatus',
          `ChangeSet [${set.name}] cannot be executed in its current status`,
        );
      stack.token = input.get('ClientRequestToken');
      stack.execute(set);
      return {};
    },

    DescribeStackEvents: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      if (!input.get('NextToken')) stack.tick();
      const page = this.page([...stack.events].reverse(), input);
      return { StackEvents: page.rows as unknown as Tree, NextToken: page.NextToken };
    },

    ListStackResources: (input: URLSearchParams, region: string) => {
      const { rows, NextToken } = this.page([...this.need(input, region).resources], input);
      return {
        StackResourceSummaries: rows.map(([LogicalResourceId, { physical, type, status }]) => ({
          ...{ LogicalResourceId, PhysicalResourceId: physical, ResourceType: type, ResourceStatus: status },
          LastUpdatedTimestamp: new Date(),
        })),
        NextToken,
      };
    },

    DeleteStack: (input: URLSearchParams, region: string) => {
      const stack = this.find(input.get('StackName') ?? '', region);
      if (!stack) return {};
      if (stack.protected) {
        throw new ApiError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      if (stack.status === 'REVIEW_IN_PROGRESS') stack.say('DELETE_COMPLETE', '');
      else stack.delete();
      return {};
    },

    UpdateTerminationProtection: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      stack.protected = input.get('EnableTerminationProtection') === 'true';
      return { StackId: stack.id };
    },

    CancelUpdateStack: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      if (isRepeated(stack, input)) return {};
      if (stack.status !== 'UPDATE_IN_PROGRESS')
        throw new ApiError('ValidationError', 'CancelUpdateStack cannot be called from current stack status');
      stack.token = input.get('ClientRequestToken');
      stack.cancel();
      return {};
    },

    ContinueUpdateRollback: (input: URLSearchParams, region: string) => {
      const stack = this.need(input, region);
      if (isRepeated(stack, input)) return {};
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
        throw new ApiError('ValidationError', `Stack:${stack.id} is in ${stack.status} state`);
      stack.token = input.get('ClientRequestToken');
      stack.continueRollback();
      return {};
    },
  };

  private page<Row>(rows: readonly Row[], input: URLSearchParams): { rows: Row[]; NextToken: string | undefined } {
    const at = Number(input.get('NextToken') ?? 0);
    const next = at + this.pageSize;
    return { rows: rows.slice(at, next), NextToken: next < rows.length ? String(next) : undefined };
  }
}

/** Sent again, because its answer was lost. */
const isRepeated = ({ token }: FakeStack, input: URLSearchParams) =>
  token !== null && token === input.get('ClientRequestToken');

function described(stack: FakeStack): Tree {
  const pairs = (record: Record<string, string>, key: string, value: string) =>
    Object.entries(record).map(([name, text]) => ({ [key]: name, [value]: text }));
  return {
    ...{ StackId: stack.id, StackName: stack.name, StackStatus: stack.status, CreationTime: new Date() },
    ...(stack.reason ? { StackStatusReason: stack.reason } : {}),
    Parameters: pairs(stack.parameters, 'ParameterKey', 'ParameterValue'),
    Outputs: pairs(stack.outputs, 'OutputKey', 'OutputValue'),
    Tags: pairs(stack.tags, 'Key', 'Value'),
    EnableTerminationProtection: stack.protected,
  };
}
