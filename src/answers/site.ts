/** What is asked of the site: its data, its pages, its code. `--json` prints it as it is. */

/** A copy of the database machine's files. `at`: seconds since 1970. */
export interface Snapshot {
  name: string;
  /** Made before an import or a restore; the five newest are kept. */
  automatic: boolean;
  at: number;
  bytes: number;
}

/** A release of code.git on this computer. */
export interface DeployedRelease {
  /** 20261130-014200-1a2b3c4 */
  id: string;
  commit: string;
  /** The branch, the tag or the commit that it was made of. */
  ref: string;
  subject: string;
  /** When it was committed, and when it was built: ISO 8601. */
  at: string;
  built: string;
  /** Seconds that fetching and building took. */
  seconds: number;
  /** Of what was built: two commits may have the same. */
  digest?: string | undefined;
  /** When it was served, its updates made; absent: never, or not yet. */
  served?: string | undefined;
  /** The snapshot of the data from before its updates of the database; absent: there were none. */
  updated?: string | undefined;
  serves: boolean;
}

/** What a purge took out of the micro-caches. Of a page each encoding and cookie counts; `machine` is an address where it has no name. */
export interface Purge {
  pages: number;
  machines: { machine: string; pages: number }[];
  /** They may still have what was to go. */
  failed: { machine: string; error: string }[];
}

/** One layer of an answer's way, from the visitor inwards. */
export interface WhyLayer {
  layer: 'cdn' | 'lb' | 'nginx' | 'php' | 'database';
  /** In a word: web-2, hit, miss, 200. */
  verdict: string;
  /** The cause, for programs: session-cookie, purged (docs/why.md lists them). */
  reason: string;
  /** The cause, in a sentence. */
  text: string;
  /** Of this layer and all behind it; absent: nobody measured it. */
  milliseconds?: number;
  /** What else there is to know: key, cookies, headers. */
  notes: { name: string; text: string }[];
}

/** Why one request was answered as it was: `bootdev why`. */
export interface Why {
  url: string;
  status: number;
  milliseconds: number;
  /** Finds the request in all logs; absent where the answer had none. */
  id?: string;
  layers: WhyLayer[];
  /** What to type next. */
  next: { text: string; command: string }[];
}

/** What a run of the pre-warmer did (docker/roles/warm). A page counts once for each machine, encoding and cookie. */
export interface Warm {
  /** When it began; seconds since 1970. */
  at: number;
  seconds: number;
  /** release: also a machine that has started; asked: by a person. */
  why: 'release' | 'purge' | 'schedule' | 'asked';
  source: 'sitemap' | 'links' | 'named';
  addresses: number;
  variants: number;
  machines: number;
  requests: number;
  /** Percent of the requests that the micro-cache answered, and of a sample of them afterwards. */
  hitBefore: number;
  hitAfter?: number;
  /** Pages that PHP made. */
  made: number;
  /** Pages that are never stored. */
  unstored: number;
  errors: number;
  /** Requests, as measured. */
  perSecond: number;
  /** time: it takes no longer than what it made lives; slow, errors: the web machines' answers were so. */
  ended: 'done' | 'time' | 'slow' | 'errors' | 'stopped';
  /** What was left out. */
  notes: string[];
}

/** A feature of the product's list, for the site in this folder. */
export interface FeatureRow {
  group: 'pages' | 'data' | 'services' | 'modules' | 'protection' | 'operation';
  /** 'object-cache': what app.yaml calls it too. */
  name: string;
  title: string;
  /**
   * works: a request that was made just now showed it. set-up: all that it needs is there, but no request showed it. waits: for a module, or for
   * something in the site. off: a setting. absent: not in this version, or not for this application. fails: a request showed that it does not work.
   * not-asked: the replica does not run, or did not answer.
   */
  state: 'works' | 'set-up' | 'waits' | 'off' | 'absent' | 'fails' | 'not-asked';
  /** request: of this very moment. test: seen by our tests and trials (docs/applications.md). not-asked: it could be, where the replica runs. */
  proved: 'request' | 'test' | 'nobody' | 'not-asked';
  /** What was seen, or why the state is what it is. */
  text: string;
  /** What to set, to get or to type. */
  next?: string;
}

/** The report of `bootdev features`. */
export interface Features {
  project: string;
  /** 'WordPress' */
  application: string;
  /** Whether the replica runs: only then anything was asked. */
  running: boolean;
  rows: FeatureRow[];
}

/** A place in the site's code that goes wrong with two web machines. Texts of files are printable, and cut. */
export interface ClusterFinding {
  /** code, lock, session …: docs/check.md has them all. */
  rule: string;
  title: string;
  /** Below the code's folder. */
  file: string;
  line: number;
  code: string;
  problem: string;
  remedy: string;
}

/** A plugin, module, theme, or the settings. */
export interface ClusterPart {
  kind: string;
  name: string;
  /** Below the code's folder. */
  path: string;
  findings: ClusterFinding[];
}

/** `bootdev check --cluster`. */
export interface ClusterCheck {
  safe: boolean;
  application: string;
  /** How much was looked at. */
  looked: { parts: number; files: number; bytes: number };
  /** Those in which something was found. */
  parts: ClusterPart[];
  /** What would be a finding elsewhere, and bootdev takes care of. */
  settled: { file: string; line: number; code: string; text: string }[];
  /** What was not looked at. */
  left: { path: string; reason: string }[];
}

/** `bootdev check URL`: a row for each thing that a page should have. */
export interface PageRow {
  name: string;
  /** `none`: it is not there, and need not be. */
  state: 'good' | 'missing' | 'none';
  text: string;
  remedy?: string;
}

export interface PageCheck {
  /** Where the page was in the end. */
  url: string;
  good: boolean;
  rows: PageRow[];
  /** What gives all that, in this application. */
  advice?: string;
}

/** One mail that a machine sent as the site does. */
export interface MailTest {
  machine: string;
  arrived: boolean;
  /** Why it did not. */
  problem?: string;
  /** From the site's call to the mailbox. */
  seconds?: number;
  /** At once, or after the mail server had refused it. */
  way?: 'direct' | 'queue';
  /** The envelope's sender, which returned mail goes to. */
  envelope?: string;
  headers?: { name: string; value: string }[];
  /** Where a person sees it. */
  url?: string;
}

/** Mails that the mail server has not taken yet (docs/mail.md). */
export interface MailQueue {
  waiting: number;
  bytes: number;
  /** Seconds that the oldest has waited. */
  oldest?: number | undefined;
  /** The server's last "not now", and how many seconds ago. */
  refusal?: undefined | { ago: number; words: string };
  /** Refused for good, or older than five days. */
  failed: number;
  failure?: undefined | { ago: number; words: string };
}
