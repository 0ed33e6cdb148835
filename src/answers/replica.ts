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
