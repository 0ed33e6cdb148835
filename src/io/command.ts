/** Runs other programs. Exit codes are results, not exceptions; a stop by the caller's signal is `Interrupted`. */
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { Interrupted, UserError } from '../errors.ts';
import { clientEnvironment } from './environment/docker-client.ts';

/** They may come later: a program is started, and waits for its input. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

interface RunOptions {
  signal?: AbortSignal | undefined;
  /** For the program's stdin; without it stdin is empty, so nothing can wait for an answer. */
  input?: string | Uint8Array;
  /** The same, of any length: each is written before the next one is made, whose error is thrown. */
  pieces?: Pieces;
  /** stdin is empty, and open until this signal: a program can know by it that we have gone (`stream`). */
  openUntil?: AbortSignal;
  cwd?: string;
  /** Added to this process's environment; of that the docker client gets what is its own. */
  env?: Record<string, string>;
  /** Milliseconds; then the program is ended and the exit code is 124, as timeout(1) has it. */
  timeout?: number;
}

export interface Output {
  stdout: string;
  stderr: string;
  /** As a shell counts: 127 the program is not there, 126 it cannot be run, 128+n ended by signal n. */
  exitCode: number;
}

export type Run = (command: string, args: readonly string[], options?: RunOptions) => Promise<Output>;
export type Follow = (command: string, args: readonly string[], options?: RunOptions) => AsyncGenerator<string, Output>;

export type Stream = (command: string, args: readonly string[], options?: RunOptions) => AsyncGenerator<Buffer, Output>;

export const run: Run = async (command, args, options = {}) => {
  const child = execa(command, args, execaOptions(command, options));
  const fed = options.pieces && child.stdin ? feed(child.stdin, options.pieces) : undefined;
  fed?.catch(() => undefined); // thrown below, when the program has ended too
  const ended = await child;
  await fed;
  return output(command, ended);
};

/**
 * Writes pieces to a stream and ends it. The next piece is made when the one before has left, since both may be in one buffer. Nothing more
 * is written once nobody reads: who did says why. Throws what making a piece threw.
 */
export async function feed(stream: Writable, pieces: Pieces): Promise<void> {
  try {
    for await (const piece of pieces) if (!(await hasLeft(stream, piece))) return;
    stream.end();
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

const hasLeft = (stream: Writable, piece: Uint8Array) =>
  new Promise<boolean>((resolve) => stream.write(piece, (error) => resolve(!error)));

/** Like `run`, and yields each line of stdout and stderr when it comes. */
export const follow: Follow = async function* (command, args, options = {}) {
  const child = execa(command, args, { ...execaOptions(command, options), all: true });
  yield* child.iterable({ from: 'all' });
  return output(command, await child);
};

/**
 * Like `run`, and yields stdout as it comes, in pieces: no more is read than is taken, and nothing of it is kept. Whoever takes no more ends
 * the program.
 */
export const stream: Stream = async function* (command, args, options = {}) {
  const child = execa(command, args, {
    ...execaOptions(command, options),
    buffer: { stdout: false },
    encoding: 'buffer',
  });
  const fed = options.pieces && child.stdin ? feed(child.stdin, options.pieces) : undefined;
  fed?.catch(() => child.kill());
  const close = () => child.stdin?.end();
  options.openUntil?.addEventListener('abort', close);
  let isRead = false;
  try {
    for await (const piece of child.stdout) yield piece as Buffer;
    isRead = true;
  } finally {
    if (!isRead) child.kill();
    options.openUntil?.removeEventListener('abort', close);
  }
  const ended = await child;
  await fed;
  return output(command, { ...ended, stdout: '', stderr: Buffer.from(ended.stderr as Uint8Array).toString() });
};

/**
 * With the terminal handed over, until the signal. `left`: the client was stopped, or nobody read on (`| head`), so what it asked the engine for
 * may go on.
 */
export async function attached(
  command: string,
  args: readonly string[],
  { tty, signal }: { tty: boolean; signal?: AbortSignal },
): Promise<{ code: number; left: boolean }> {
  // A terminal that is closed hangs up on all, some twice. Who asked for the command is there to end it.
  const stay = () => undefined;
  process.on('SIGHUP', stay);
  const { exitCode, signal: by } = await execa(command, args, {
    ...{ stdin: 'inherit', stdout: 'inherit', stderr: tty ? 'inherit' : [{ transform, binary: true }, 'inherit'] },
    ...{ reject: false, buffer: false, extendEnv: false, env: clientEnvironment() },
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const code = exitCode ?? (by ? 128 + constants.signals[by] : 1);
  const left = code > 128 || signal?.aborted === true;
  if (!left) process.off('SIGHUP', stay);
  return { code, left };
}

/** Who has read enough closes the pipe; the client says so, and nobody asked. */
function* transform(chunk: unknown) {
  const text = Buffer.from(chunk as Uint8Array).toString('latin1');
  if (text.trimEnd() !== 'write /dev/stdout: broken pipe') yield chunk;
}

/** What to throw when a command should have succeeded: its command line and the last lines it wrote. */
export function failure(command: string, args: readonly string[], { stdout, stderr, exitCode }: Output, hint?: string) {
  const lastLines = (stderr.trim() || stdout.trim()).split('\n').slice(-8).join('\n  ');
  return new UserError(`\`${[command, ...args].join(' ')}\` ended with exit code ${exitCode}:\n  ${lastLines}`, {
    ...(hint ? { hint } : {}),
  });
}

function execaOptions(command: string, { signal, input, pieces, openUntil, cwd, env, timeout }: RunOptions) {
  if (signal?.aborted) throw new Interrupted();
  return {
    reject: false,
    ...(input === undefined ? { stdin: pieces || openUntil ? ('pipe' as const) : ('ignore' as const) } : { input }),
    ...(signal && { cancelSignal: signal }),
    ...(cwd !== undefined && { cwd }),
    ...(command === 'docker' ? { extendEnv: false, env: { ...clientEnvironment(), ...env } } : env && { env }),
    ...(timeout !== undefined && { timeout }),
  } as const;
}

/** The part of execa's result that we read, whatever its options. */
interface Ended {
  stdout?: unknown;
  stderr?: unknown;
  exitCode?: number | undefined;
  signal?: keyof typeof constants.signals | undefined;
  code?: string | undefined;
  originalMessage?: string | undefined;
  isCanceled: boolean;
  timedOut: boolean;
}

function output(command: string, result: Ended): Output {
  if (result.isCanceled) throw new Interrupted();
  const stdout = String(result.stdout ?? '');
  const stderr = String(result.stderr ?? '');
  if (result.exitCode !== undefined) return { stdout, stderr, exitCode: result.exitCode };
  if (result.timedOut) return { stdout, stderr, exitCode: 124 };
  if (result.signal) return { stdout, stderr, exitCode: 128 + constants.signals[result.signal] };
  const missing = result.code === 'ENOENT';
  return {
    stdout,
    stderr: `${command}: ${missing ? 'not found' : result.originalMessage}`,
    exitCode: missing ? 127 : 126,
  };
}
