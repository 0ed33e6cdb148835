/** What the engine tells and screens show: plain data, in words. A verb is an AsyncGenerator<Event, Result>. */

export type MachineState =
  | 'waiting'
  | 'starting'
  | 'applying'
  | 'healthy'
  | 'unhealthy'
  | 'differs'
  | 'stopped'
  | 'missing'
  | 'failed';

/** A machine and what runs on it; `name` is unique in the replica: lb, web-1, memcached-2 … */
export interface MachineStatus {
  name: string;
  state: MachineState;
  /** Programs with their supervisor's state, e.g. {name: 'nginx', up: true, restarts: 0}. */
  programs: { name: string; up: boolean }[];
  /** sha256 (hex) recomputed from the machine's live files; absent when the machine does not answer. */
  digest?: string;
  /** sha256 (hex) that the settings ask for. */
  wanted: string;
  url?: string;
  /** What its programs are doing, in a few words: "24 req/s · hit 96 %". */
  now?: string;
  /** Why the state is what it is, when there is something to say. */
  text?: string;
}

/** `status --json` prints exactly this object. */
export interface Status {
  project: string;
  /** Root digest of the wanted bundle, sha256 hex. */
  root: string;
  machines: MachineStatus[];
  /** What a person should know of the whole: a stand-in for a part that this engine cannot run. */
  notes?: string[];
}

/** Sizes in bytes. */
export interface DiskUse {
  volumes: { name: string; bytes: number }[];
  images: { name: string; bytes: number }[];
  /** Images that nothing uses: `bootdev prune` deletes them. */
  old: { name: string; bytes: number }[];
}

export interface Url {
  name: string;
  url: string;
}

export type Event =
  /** First event of a verb: the title line. `machines` fixes the order of rows; `lastSeconds` is the previous duration. */
  | { type: 'begin'; verb: string; project: string; root?: string; machines?: string[]; lastSeconds?: number }
  /** A piece of work that is not one machine's: "build images", "write bundle". Same id: the same row. */
  | { type: 'step'; id: string; text: string; state: 'start' | 'done' | 'failed'; seconds?: number }
  /** A machine changed. `seconds` since the verb began for it; `text` says what it waits for or does. */
  | { type: 'machine'; name: string; state: MachineState; seconds?: number; text?: string }
  /** A line of a log: of a machine, or of a step (image build). */
  | { type: 'log'; source: string; line: string }
  | { type: 'notice'; level: 'info' | 'warning'; text: string; hint?: string }
  /** Data that answers the command (goes to stdout): a table of machines. */
  | { type: 'status'; status: Status }
  | { type: 'disk'; disk: DiskUse }
  /** The end of `up`: where to go, what to type. */
  | { type: 'ready'; urls: Url[]; next: string[]; seconds: number }
  /** The end of a verb without URLs. */
  | { type: 'done'; text: string; seconds?: number };
