import type { Aws } from '../io/aws/aws.ts';
import type { Size } from '../machines/capacity.ts';
import type { Kind } from '../machines/table.ts';
import type { Settings } from '../settings/schema.ts';
import type { Artifact } from './plan/artifacts.ts';
import type { Architecture } from './stacks/sizes.ts';

/** One site in one environment on AWS, and the hands to work on it. */
export interface Cloud {
  settings: Settings;
  environment: string;
  /** Prefix of its stacks: shop-production. */
  project: string;
  /** Tag bootdev:project of its stacks. */
  projectId: string;
  /** File in cfn/ → text. */
  templates: ReadonlyMap<string, string>;
  aws: Aws;
  signal: AbortSignal;
  /** Who does it, for the lock and the journal: user@host. */
  holder: string;
}

/** What this computer has to bring. */
export interface Assets {
  architecture: Architecture;
  /** Root digest of the bundle. */
  root: string;
  bundles: ReadonlyMap<Kind, string>;
  packages: ReadonlyMap<Kind, string>;
  release: string;
  /** What of this computer is taken as code, where that is to be known before it is uploaded. */
  code?: string;
  /** Series of the database server: 9.7. */
  databaseVersion: string;
  /** sha256 of the boot program (./plan/boot-program.ts). */
  boot: string;
  artifacts: Artifact[];
}

/** What the replica of this project says of the bundle. */
export interface Rehearsal {
  /** Applied and healthy on every machine. */
  done: boolean;
  /** In words: 'replica: same, 14 of 14 machines'. */
  text: string;
}

/** A statement of a policy in cfn/iam/, as the simulation is asked for it. */
export interface Statement {
  actions: string[];
  resources: string[];
  /** Condition key → values. */
  context: Record<string, string[]>;
}

/** What preflight found out that parameters need. */
export interface AccountFacts {
  account: string;
  arn: string;
  imageId: string;
  edgePrefixList: string;
  sizes: ReadonlyMap<string, Size>;
}

export const tagsOf = ({ projectId, environment }: Cloud) => ({
  'bootdev:project': projectId,
  'bootdev:environment': environment,
});
