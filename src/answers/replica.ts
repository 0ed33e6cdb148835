/** What the replica answers. `--json` prints it as it is. */
import type { Warm } from './site.ts';

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
  desired: string;
  url?: string;
  /** What its programs are doing, in a few words: "24 req/s · hit 96 %". */
  now?: string;
  /** Seconds since the machine said so; 0: it was asked now. */
  age?: number;
  /** Why the state is what it is, when there is something to say. */
  text?: string;
}

/** `status --json` prints exactly this object. */
export interface Status {
  project: string;
  /** Root digest of the desired bundle, sha256 hex. */
  root: string;
  /** The site's code is a live folder, not a release. */
  code?: 'live';
  machines: MachineStatus[];
  /** The last run of the pre-warmer. */
  warm?: Warm;
  /** What a person should know about the whole: a fallback for a part that this engine cannot run. */
  notes?: string[];
}

/** How a run of a job ended. `overlap`: it was not started, since the one before had not ended; `lost`: its machine went away. */
type JobEnd = 'exit' | 'limit' | 'overlap' | 'lost' | 'stopped';

/** Times in seconds since 1970. */
export interface JobRun {
  at: number;
  seconds: number;
  exit: number;
  ended: JobEnd;
  machine: string;
  /** The end of what it wrote, at most 16 kB. */
  output: string;
}

/** A line of the admin machine's crontab. */
export interface Job {
  name: string;
  /** minute hour day month weekday, in UTC; or @daily and the like. */
  when: string;
  /** Seconds from start to start at least; 0: at each of these times. */
  every: number;
  /** Seconds after which a run is ended. */
  limit: number;
  /** `failing`: it failed, or it was stopped and the one before failed. */
  last?: (Omit<JobRun, 'output'> & { failing: boolean }) | undefined;
  /** A run that goes on: since when, and where. */
  running?: { at: number; machine: string } | undefined;
  /** A run that began, and whose machine went away. */
  lost?: { at: number; machine: string } | undefined;
  /** When it is due; absent: never. */
  next?: number | undefined;
  /** Seconds that it is late, where cron has long been to start it; 0: it is not. */
  late: number;
}

/** Sizes in bytes. */
export interface DiskUse {
  volumes: { name: string; bytes: number }[];
  images: { name: string; bytes: number }[];
  /** Images that nothing uses: `bootdev prune` deletes them. */
  old: { name: string; bytes: number }[];
  /** Packages for instances, from images that are no longer the desired ones: `bootdev prune` deletes them too. */
  oldPackages: { name: string; bytes: number }[];
}

/** What the FPM children of a web machine take, in MB of its memory. */
export interface ChildrenSize {
  machine: string;
  memory: number;
  children: number;
  /** Requests that they answered: of an idle machine the figures say little. */
  requests: number;
  /** For one child: by the formula, and as 95 of 100 are, with PHP's memory in a request. */
  planned: number;
  taken: number;
  /** All other processes together, and what all children share (opcache, APCu). */
  rest: number;
  shared: number;
  /** How many children the machine has room for. */
  fit: number;
}

/** Step debugging: whether it is on, and what an IDE has to know. */
export interface Xdebug {
  on: boolean;
  /** Its machine runs. */
  running: boolean;
  /** Where the IDE listens on this computer. */
  port: number;
  /** Whether the machine reaches somebody there; absent where it does not run. */
  listening?: boolean;
  /** The site's. */
  url: string;
  mode: 'live' | 'release';
  /** The code's folder on the machine and on this computer. */
  mapping: { container: string; folder: string };
}
