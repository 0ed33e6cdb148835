import type { Host } from '../host/host.ts';
import { failure } from '../io/command.ts';
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

/** A file of docker/. */
export const fileOf = ({ sources }: Pick<Deps, 'sources'>, path: string) => sources.docker.get(path)?.toString() ?? '';

/** Nothing is read from one that was aborted, and what was made must be deleted all the same: so these take no signal. */
export type Docker = (args: readonly string[], options?: { signal?: AbortSignal }) => Promise<string>;

export const dockerOf =
  ({ io }: Pick<Deps, 'io'>): Docker =>
  async (args, options) => {
    const ended = await io.run('docker', args, options);
    if (ended.exitCode !== 0) throw failure('docker', args, ended);
    return ended.stdout;
  };
