import type { Context } from '../../project/context.ts';

/** The engine's address where that is another computer, or may be one: its paths are not those of here. */
export async function engineElsewhere({ io, signal }: Pick<Context, 'io' | 'signal'>): Promise<string | undefined> {
  const question = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const { stdout, exitCode } = await io.run('docker', question, { signal });
  const address = stdout.trim();
  // A client that has no contexts speaks to the socket.
  return exitCode !== 0 || /^(?:unix|npipe):|^$/.test(address) ? undefined : address;
}
