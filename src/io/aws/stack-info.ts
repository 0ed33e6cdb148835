/** CloudFormation's stacks and events as our own plain data. */
import type { StackEvent as SdkEvent, Stack as SdkStack } from '@aws-sdk/client-cloudformation';

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
  /** About the stack itself, not one of its resources. */
  isStack: boolean;
  physical: string;
  /** AWS::RDS::DBInstance */
  type: string;
  status: string;
  reason: string;
}

export function stackInfo(sdk: SdkStack): StackInfo {
  return {
    id: sdk.StackId ?? '',
    name: sdk.StackName ?? '',
    status: sdk.StackStatus ?? '',
    reason: sdk.StackStatusReason ?? '',
    parameters: Object.fromEntries(
      (sdk.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    outputs: Object.fromEntries(
      (sdk.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    tags: Object.fromEntries((sdk.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    protected: sdk.EnableTerminationProtection ?? false,
  };
}

export function stackEvent(sdk: SdkEvent): StackEvent {
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
