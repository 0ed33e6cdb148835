import type { TreeFile } from '../../../src/bundle/files.ts';
import type { Service } from './compose-files.ts';

/** A container of the fake engine. */
export interface FakeContainer {
  id: string;
  /** Unique on the engine: bootdev-shop-1a2b3c-web-1. */
  name: string;
  project: string;
  service: Service;
  number: number;
  state: 'created' | 'running' | 'restarting' | 'exited';
  exitCode: number;
  restarts: number;
  /** Why the engine could not start it. */
  error: string;
  /** Id of the image it was made from. */
  imageId: string;
  address: string;
  /** When it started, by the engine's clock. */
  started: number;
  log: string[];
  machine: FakeMachine | undefined;
}

/** What `machine boot` and `machine apply` made in it. */
export interface FakeMachine {
  digest: string;
  target: string;
  /** Live files: path → what stands there now. */
  live: Map<string, TreeFile>;
  /** The release that nginx serves: that of the last start, reload or `machine release`. */
  release: string;
  /** What the balancer shows; empty elsewhere. */
  certificate: string;
  /** What was active before the last `machine apply`. */
  before?: FakeMachine | undefined;
}

/** web-1, lb: as a person names it. */
export const machineName = ({ service, number }: Pick<FakeContainer, 'service' | 'number'>) =>
  service.environment.BOOTDEV_MACHINE ?? `${service.name}-${number}`;
