/** What parity compares: each side as plain data. */
import type { Size } from '../../machines/capacity.ts';
import type { Kind } from '../../machines/table.ts';
import type { CapacityName } from '../../machines/target.ts';
import type { FileDifference } from '../../replica/report.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Service } from '../rows/accepted-differences.ts';
import type { Parameters } from './files.ts';

export type Capacity = Partial<Record<CapacityName, string>>;

/** A machine on either side; digests are the ones it recomputed from its live files. */
export interface Found {
  kind: Kind;
  digest: string;
  release: string;
  differs: readonly FileDifference[];
  capacity: Capacity;
  /** amd64, arm64 as dpkg has it. */
  architecture: string;
  packages: Parameters;
}

export interface ReplicaMachine {
  name: string;
  kind: Kind;
  /** undefined: it is not running, or it does not answer. */
  found?: Found | undefined;
  /** Its live configuration as parameters, where it is a managed service on AWS. */
  parameters?: Parameters | undefined;
}

export interface Node {
  instance: string;
  kind: Kind;
  /** Seconds since its last report; undefined: it is running and has never reported. */
  age?: number | undefined;
  found?: Found | undefined;
}

export interface AwsSide {
  environment: string;
  nodes: readonly Node[];
  /** Read back: of parameter groups only what a user set; CloudFront's behaviours; the bucket's rules. undefined: there is none. */
  groups: Partial<Record<Service, Parameters>>;
  /** What could not be read, with the reason. */
  unread: Partial<Record<Service, string>>;
  /** Whether the database uses its group: in-sync, pending-reboot …; undefined: not known. */
  groupState?: string | undefined;
  /** Of the database server: 9.7.1. */
  databaseVersion?: string | undefined;
  /** What the programs of one machine of a kind can use there. */
  sizes: ReadonlyMap<Kind, Size>;
  /** The formula's values for those sizes. */
  capacity: ReadonlyMap<Kind, Capacity>;
  /** The machine image of each kind, and its age in days; undefined: it is not offered any more, or nobody may ask. */
  images: ReadonlyMap<Kind, { id: string; days: number | undefined }>;
  /** Packages that every node of a kind installed from the uploaded packages; for a kind without an entry, every package counts. */
  installed: ReadonlyMap<Kind, ReadonlySet<string>>;
}

/** What the settings ask for. */
export interface Desired {
  settings: Settings;
  root: string;
  digests: ReadonlyMap<Kind, string>;
  release: string;
  /** The files of a managed service's machine as the bundle has them, filled for the replica: of the CDN also where there is none. */
  parameters: Partial<Record<Service, Parameters>>;
  sizes: ReadonlyMap<Kind, Size>;
  capacity: ReadonlyMap<Kind, Capacity>;
}

export interface Sides {
  desired: Desired;
  replica: readonly ReplicaMachine[];
  /** undefined: nothing is promoted, or no region is chosen. */
  aws?: AwsSide | undefined;
}

/** Seconds after which a node's last report says nothing about its state now: it reports every five minutes. */
export const staleAfter = 15 * 60;
