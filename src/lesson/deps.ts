import type { Host } from '../host/host.ts';
import type { Io } from '../io/io.ts';
import type { Sources } from '../project/sources.ts';

/** What the lesson works with. */
export interface Deps {
  io: Pick<Io, 'run' | 'stream' | 'compose' | 'docker' | 'process' | 'clock'>;
  host: Host;
  /** The package's docker/: what images are made of, and the programs of the lesson. */
  sources: Pick<Sources, 'docker'>;
  /** The folder of docker/. */
  packageRoot: string;
  signal: AbortSignal;
}
