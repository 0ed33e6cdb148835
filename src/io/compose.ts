import { execa } from 'execa';
import { failure, follow, run } from './command.ts';

interface ComposeOptions {
  /** Files, first the base, then one for each alternative. */
  files: string[];
  envFile: string;
  project: string;
  signal: AbortSignal;
}

export type Compose = ReturnType<typeof compose>;

/** `docker compose` for one replica. Each call is one run of the client; nothing is kept between them. */
export function compose({ files, envFile, project, signal }: ComposeOptions) {
  const base = ['compose', '-p', project, '--env-file', envFile, ...files.flatMap((file) => ['-f', file])];
  const shown = (args: string[]) => ['compose', ...args]; // without the files and names that bootdev adds
  // BuildKit, and a plain log of a build: its lines are shown as they come.
  const env = { DOCKER_BUILDKIT: '1', COMPOSE_ANSI: 'never', BUILDKIT_PROGRESS: 'plain' };

  return {
    /** Runs to the end; returns stdout. Throws UserError with the command and its last lines, or what making the input threw. */
    async run(args: string[], pieces?: Iterable<Uint8Array>): Promise<string> {
      const result = await run('docker', [...base, ...args], { signal, env, ...(pieces ? { pieces } : {}) });
      if (result.exitCode !== 0) throw failure('docker', shown(args), result, 'bootdev doctor');
      return result.stdout;
    },
    /** Each line of both outputs when it comes. Throws like `run`. */
    async *follow(args: string[]): AsyncGenerator<string, void> {
      const result = yield* follow('docker', [...base, ...args], { signal, env });
      if (result.exitCode !== 0) throw failure('docker', shown(args), result, 'bootdev doctor');
    },
    /** With the terminal handed over; resolves with the exit code. */
    async attached(args: string[]): Promise<number> {
      const result = await execa('docker', [...base, ...args], { stdio: 'inherit', reject: false });
      return result.exitCode ?? 1;
    },
  };
}
