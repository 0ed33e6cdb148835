/** What the engine tells and screens show: plain data, in words. A verb is an AsyncGenerator<Event, Result>. */
import type { Finding, Parity, Plan, PlannedStack } from './answers/aws.ts';
import type { Lesson } from './answers/lesson.ts';
import type { ChildrenSize, DiskUse, Job, JobRun, MachineState, Status, Xdebug } from './answers/replica.ts';
import type {
  ClusterCheck,
  DeployedRelease,
  Features,
  MailQueue,
  MailTest,
  PageCheck,
  Purge,
  Snapshot,
  Warm,
  Why,
} from './answers/site.ts';

export type * from './answers/aws.ts';
export type * from './answers/lesson.ts';
export type * from './answers/replica.ts';
export type * from './answers/site.ts';

export type StackState = 'waiting' | 'planning' | 'working' | 'undoing' | 'same' | 'done' | 'gone' | 'failed';

/** A failure's first cause, and what to do next. */
export interface Failure {
  /** '60 web' */
  name: string;
  /** 'rolled back after 6 min 12 s' */
  what: string;
  cause: string[];
  /** What is serving now, what is left. */
  now: string;
  /** What to do, what to type. */
  next: string[];
  /** The last lines of the instance's boot log. */
  log?: { source: string; lines: string[] };
}

export interface Url {
  name: string;
  url: string;
}

export type Event =
  /** First event of a verb: the title line. `machines` (on AWS `stacks`) fixes the order of rows; `lastSeconds` is the previous duration. */
  | {
      type: 'begin';
      verb: string;
      project: string;
      root?: string;
      machines?: string[];
      stacks?: string[];
      lastSeconds?: number;
    }
  /** The bundle and the machines are others than `begin` said: this engine cannot run all that the settings ask for. */
  | { type: 'machines'; root: string; machines: string[] }
  /** A piece of work that is not one machine's: "build images", "write bundle". Same id: the same row. */
  | { type: 'step'; id: string; text: string; state: 'start' | 'done' | 'failed'; seconds?: number }
  /** How far a step is, several times a second: bytes of `total`, which a stream does not know; `seconds` since it began. With `unit` they are not bytes. */
  | { type: 'progress'; id: string; text: string; bytes: number; total?: number; seconds: number; unit?: 'requests' }
  /** A machine changed. `seconds` since the verb began for it; `text` says what it waits for or does. */
  | { type: 'machine'; name: string; state: MachineState; seconds?: number; text?: string }
  /** A line of the log of a machine, with its `time` (ISO 8601), or of a step (image build). */
  | { type: 'log'; source: string; line: string; time?: string }
  | { type: 'notice'; level: 'info' | 'warning'; text: string; hint?: string }
  /** Data that answers the command (goes to stdout): a table of machines. */
  | { type: 'status'; status: Status }
  | { type: 'disk'; disk: DiskUse }
  | { type: 'xdebug'; xdebug: Xdebug }
  | { type: 'purge'; purge: Purge }
  | { type: 'why'; why: Why }
  | { type: 'warm'; warm: Warm }
  /** `at`: the machine's clock, seconds since 1970. */
  | { type: 'jobs'; jobs: Job[]; at: number }
  | { type: 'job-runs'; name: string; runs: JobRun[]; at: number }
  | { type: 'mail-test'; tests: MailTest[] }
  | { type: 'mail-queue'; queue: MailQueue }
  | { type: 'releases'; releases: DeployedRelease[] }
  | { type: 'snapshots'; snapshots: Snapshot[] }
  | { type: 'size'; machines: ChildrenSize[]; advice: string }
  | { type: 'features'; features: Features }
  | { type: 'parity'; parity: Parity }
  | { type: 'cluster-check'; check: ClusterCheck }
  | { type: 'page-check'; check: PageCheck }
  | { type: 'lesson'; lesson: Lesson }
  | { type: 'finding'; finding: Finding }
  /** `details`: every resource is shown. */
  | { type: 'plan'; plan: Plan; details?: boolean }
  /** A stack on AWS, '60 web'. `seconds`: how long it took. */
  | { type: 'stack'; name: string; state: StackState; text?: string; seconds?: number }
  /** A resource of a stack. `kind` in words. */
  | {
      type: 'resource';
      stack: string;
      resource: string;
      kind: string;
      state: 'working' | 'undoing' | 'done' | 'gone' | 'kept' | 'failed';
      text?: string;
      seconds?: number;
    }
  | { type: 'failure'; failure: Failure }
  /** What destroy would delete, in this order. */
  | { type: 'deletion-plan'; project: string; stacks: PlannedStack[]; lost: string[]; stays: string[] }
  /** The end of `up`: where to go, what to type. */
  | { type: 'ready'; urls: Url[]; next: string[]; seconds: number }
  /** The end of a verb without URLs. */
  | { type: 'done'; text: string; seconds?: number };

/** Which lines of the machines' logs, here or on AWS. */
export interface LogOptions {
  /** web-2 or web; on AWS web, gluster-1, an instance's id, or a stream as the lines name it (web/i-0ab…). None: all machines. */
  machine?: string | undefined;
  follow?: boolean;
  /** Seconds from now on. On AWS it is a quarter of an hour where nobody says. */
  since?: number | undefined;
  /** How many of the last lines of each machine; else 100, or all of them where something is searched for. */
  tail?: number | undefined;
  /** Only lines of this program: nginx, php-fpm, mysqld … */
  program?: string | undefined;
  /** Only lines that hold this text; a request id finds one visit through lb, nginx and PHP. */
  grep?: string | undefined;
}
