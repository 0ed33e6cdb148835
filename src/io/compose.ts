import { attached, failure, follow, type Pieces, run } from './command.ts';
import { ownBuilder } from './environment/own-builder.ts';

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
  const env = { COMPOSE_ANSI: 'never' };
  async function* lines(args: string[], more = {}): AsyncGenerator<string, void> {
    const result = yield* follow('docker', [...base, ...args], { signal, env: { ...env, ...more } });
    if (result.exitCode !== 0) throw failure('docker', shown(args), result, 'bootdev doctor');
  }

  return {
    /** Runs to the end; returns stdout. Throws UserError with the command and its last lines, or what making the input threw. */
    async run(args: string[], pieces?: Pieces): Promise<string> {
      const result = await run('docker', [...base, ...args], { signal, env, ...(pieces ? { pieces } : {}) });
      if (result.exitCode !== 0) throw failure('docker', shown(args), result, 'bootdev doctor');
      return result.stdout;
    },
    /** Each line of both outputs when it comes. Throws like `run`. */
    follow: (args: string[]) => lines(args),
    /** Makes a service's image, from another base where one is named. Lines and errors as `follow`. */
    async *build(service: string, base?: string): AsyncGenerator<string, void> {
      const builder = await ownBuilder();
      try {
        yield* lines(['build', ...(base ? ['--build-arg', `BASE=${base}`] : []), service], builder.env);
      } finally {
        await builder.remove();
      }
    },
    /** With the terminal handed over; resolves with the exit code. */
    attached: async (args: string[]): Promise<number> =>
      (await attached('docker', [...base, ...args], { tty: !args.includes('-T') })).code,
  };
}
