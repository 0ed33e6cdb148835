import type { Aws } from '../io/aws/aws.ts';
import type { Size } from '../machines/capacity.ts';
import type { Kind } from '../machines/table.ts';
import type { AssetChanges, Ledger } from '../project/release/versioned.ts';
import type { SiteKey } from '../project/site-key.ts';
import type { Settings } from '../settings/schema.ts';
import type { Asset } from './plan/asset-list.ts';
import type { Architecture } from './stacks/sizes.ts';

/** One site in one environment on AWS, and what its verbs need to work on it. */
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
  /** What lets its holder into a site that is not open yet. */
  siteKey: SiteKey;
  /** Who runs the verb, for the lock and the journal: user@host. */
  holder: string;
}

/** What this computer has made for the instances: digests, and the files to upload. */
export interface Assets {
  architecture: Architecture;
  /** Root digest of the bundle. */
  root: string;
  /** Digests by kind of machine. */
  bundles: ReadonlyMap<Kind, string>;
  packages: ReadonlyMap<Kind, string>;
  release: string;
  /** What of this computer is taken as code, where that is to be known before it is uploaded. */
  code?: string;
  /** Series of the database server: 9.7. */
  databaseVersion: string;
  /** Cookies that divide CloudFront's cache; ['*']: all. */
  edgeCookies: readonly string[];
  /** sha256 of the boot program (./plan/boot-program.ts). */
  boot: string;
  files: Asset[];
  /** What of the release the media bucket lacks; undefined: nothing. */
  versioned: (ledger: Ledger) => AssetChanges | undefined;
  /** When bootdev.lock was written, if the replica has one. */
  locked?: Date;
}

/** Whether the bundle was rehearsed in this project's replica. Declared here: cloud does not know the replica. */
export interface Rehearsal {
  /** It is applied and healthy on every machine. */
  done: boolean;
  /** In words: 'replica: same, 14 of 14 machines'. */
  text: string;
  /** What makes it so. */
  hint?: string;
}

/** A statement of a policy in cfn/iam/, as IAM's policy simulator takes it. */
export interface Statement {
  actions: string[];
  resources: string[];
  /** Condition key → values. */
  context: Record<string, string[]>;
}

/** What preflight read from the account and the stacks' parameters need. */
export interface AccountFacts {
  account: string;
  arn: string;
  imageId: string;
  edgePrefixList: string;
  zoneNames: readonly string[];
  sizes: ReadonlyMap<string, Size>;
  /** SES has the sender's identity, and it is not this environment's. */
  mailIdentityIsThere: boolean;
  /** sha256 of the key that a site which is made now is closed by; one that is there stays as it is. */
  closedBy?: string;
  /** The record that the site's name has in aws.hostedZone and that no stack of ours made; it stays. */
  foreignAddress?: DnsRecord;
}

export interface DnsRecord {
  /** A, AAAA, CNAME. */
  type: string;
  target: string;
}

export const tagsOf = ({ projectId, environment }: Cloud) => ({
  'bootdev:project': projectId,
  'bootdev:environment': environment,
});
