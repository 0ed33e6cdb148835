/** The built program (`npm run build`) in a pipe: no terminal on any side. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const program = resolve('dist/cli.js');

interface Ended {
  stdout: string;
  stderr: string;
  code: number | undefined;
}

/** A folder with nothing in it, and no user settings beside it; gone after the test. */
export async function emptyFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-cli-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** `from`: the program of another package. */
export async function bootdev(
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  from = program,
): Promise<Ended> {
  const { stdout, stderr, exitCode } = await start(args, cwd, env, from);
  return { stdout, stderr, code: exitCode };
}

export function start(args: string[], cwd: string, env: Record<string, string> = {}, from = program) {
  const options = { cwd, env: { XDG_CONFIG_HOME: cwd, ...env }, reject: false, stdin: 'ignore' } as const;
  return execa(process.execPath, [from, ...args], options);
}
