/** Plans for AWS, what was found before them, and parity. `--json` prints it as it is. */

/** One thing that must be the same on every side, or may differ for a reason. A side that does not have it is ''. */
export interface ParityRow {
  part: 'configuration' | 'release' | 'parameters' | 'cdn' | 'bucket' | 'capacity' | 'packages' | 'accepted';
  name: string;
  settings: string;
  replica: string;
  aws: string;
  /** size: differs because the machines' sizes do; accepted: differs for the reason in `text`; differs: must not be. */
  state: 'same' | 'size' | 'accepted' | 'differs';
  /** Why the state is what it is: in each line one sentence, or `path:line: text`. */
  text?: string;
  /** One of many: a screen may only count it as long as it is the same. */
  minor?: true;
}

/** The report of `bootdev parity`, the last line of `parity --json`. */
export interface Parity {
  project: string;
  /** Name of the AWS environment; '' where only settings and replica were compared. */
  environment: string;
  /** Root digest of the bundle that the settings ask for, sha256 hex. */
  root: string;
  /** No row differs. */
  same: boolean;
  rows: ParityRow[];
}

/** What preflight found. `fix`: what to type or do. */
export interface Finding {
  name: string;
  state: 'good' | 'warning' | 'bad';
  text: string;
  fix?: string;
}

/** What happens to one resource of a stack. */
export interface PlannedChange {
  /** Logical id in the template. */
  resource: string;
  /** In a few words: 'database', 'launch template'. */
  kind: string;
  /** '+' created, '~' changed in place, '±' replaced by a new one, '-' deleted. */
  sign: '+' | '~' | '±' | '-';
  details: { name: string; before?: string; after?: string }[];
  /** What happens to its data, where there is data to lose. */
  data?: string;
}

export interface PlannedStack {
  /** '60 web' */
  name: string;
  /** The stack's name in CloudFormation. */
  stack: string;
  /** 'later': planned from the template, because a stack it builds on does not exist yet. */
  state: 'same' | 'update' | 'create' | 'later';
  changes: PlannedChange[];
  /** 'rolling, 2 instances' */
  text?: string;
  /** What AWS warns of before it is changed. */
  warnings?: string[];
}

/** A row of the bill, dollars a month; without a number: it does not exist, or its price is not known. */
export interface CostPart {
  name: string;
  /** '2 × t3.small, 50 GB gp3': what there will be. */
  text: string;
  before?: number;
  after?: number;
}

/** The fixed parts of the bill, in dollars a month: without traffic and whatever else is paid by use. */
export interface Cost {
  /** Of what exists now; absent: nothing does. */
  before?: number;
  /** Of all parts that have a price; absent: no prices are known for this region. */
  after?: number;
  parts: CostPart[];
  /** Types and items without a price: the sums leave out every part that has one of them. */
  unknown: string[];
  /** Dollars for a GB that the machines log. */
  logged?: number;
  /** Whose prices they are, and from when. */
  prices: string;
}

/** What promote would do, before anybody has said yes. */
export interface Plan {
  /** shop-production: prefix of all stacks, and what has to be typed where data could be lost. */
  project: string;
  site: string;
  environment: string;
  account: string;
  region: string;
  identity: string;
  /** Root digest, release digest. */
  root: string;
  release: string;
  /** Folder, files and size of the code, where it is outside the project, large, or something was left out. */
  code?: string;
  /** In words: where this bundle was rehearsed, or that it was not. */
  rehearsed: string;
  unrehearsed?: true;
  findings: Finding[];
  stacks: PlannedStack[];
  /** One sentence for each resource whose data could be lost. */
  dataLoss: string[];
  cost: Cost;
  seconds: number;
}
