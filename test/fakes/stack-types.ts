import type { Value } from './template-values.ts';

export interface FakeEvent {
  EventId: string;
  StackId: string;
  StackName: string;
  LogicalResourceId: string;
  PhysicalResourceId: string;
  ResourceType: string;
  Timestamp: Date;
  ResourceStatus: string;
  ResourceStatusReason?: string;
}

export interface FakeResource {
  type: string;
  physical: string;
  status: string;
  properties: Value;
  attributes: Value;
  deletion: string;
}

export interface FakeChange {
  Action: 'Add' | 'Modify' | 'Remove';
  LogicalResourceId: string;
  PhysicalResourceId?: string;
  ResourceType: string;
  Replacement?: 'True' | 'False';
  PolicyAction?: string;
  Details: {
    Evaluation: 'Static';
    Target: {
      Attribute: string;
      Name: string;
      Path: string;
      RequiresRecreation: 'Always' | 'Never';
      BeforeValue?: string;
      AfterValue?: string;
    };
  }[];
}

/** Early validation's answer about a resource that a change set makes or changes. */
interface FakeValidation {
  reason: string;
  path?: string;
  mode: 'FAIL' | 'WARN';
}

export interface FakeChangeSet {
  name: string;
  create: boolean;
  /** Of the request that made it. */
  token: string | null;
  body: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  changes: FakeChange[];
  /** How many more times it is described as still being created. */
  pending: number;
  validations: (FakeValidation & { resource: string; type: string })[];
  failure?: string;
}

/** What fails, and other behaviour that a test wants, by stack and resource. */
export interface Script {
  /** By stack/resource. */
  validations: Map<string, FakeValidation>;
  fail: Map<string, string>;
  failRollback: Set<string>;
  hold: Set<string>;
  /** The reason in a resource's events while it is being created. */
  reasons: Map<string, string>;
  /** Outputs that the templates cannot know, such as the address of a test's own server. */
  outputs: Map<string, Record<string, string>>;
  /** Why a resource cannot be made. */
  refuses: (resource: FakeResource) => string | undefined;
  onCreate: (resource: FakeResource) => void;
  onDelete: (resource: FakeResource) => string | undefined;
}
