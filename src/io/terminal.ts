/** Questions to the person at the terminal, and what comes from a pipe instead. Whether there is a person: isInteractive (screen/mode.ts). */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';

/** Yes or no, asked on stderr; only y or yes is a yes. */
export async function ask(question: string, signal?: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N] `, signal));
}

/** A line, asked for on stderr; Ctrl-D is an empty one. */
export function askText(question: string, signal?: AbortSignal): Promise<string> {
  return readLine(question, { output: process.stderr }, signal);
}

async function readLine(
  question: string,
  shown: { output: NodeJS.WritableStream; terminal?: boolean },
  signal?: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input: process.stdin, ...shown });
  // In this mode readline takes Ctrl-C from the terminal; the program listens for the signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await lines.question(question, signal ? { signal } : {})).trim();
  } catch (error) {
    if (signal?.aborted || (error as Error).name !== 'AbortError') throw error;
    shown.output.write('\n'); // Ctrl-D leaves the cursor behind the question
    return '';
  } finally {
    lines.close();
  }
}

/** A line that is not shown while it is typed; from a pipe all of standard input. */
export async function askHidden(question: string, signal?: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) return readInput();
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    // As a terminal: readline takes the keys itself, so the terminal shows none of them.
    return await readLine('', { output: nowhere, terminal: true }, signal);
  } finally {
    process.stderr.write('\n');
  }
}

/** All of standard input. */
export const readInput = (): Promise<string> => text(process.stdin);

/** To standard output, as fast as it is read. Throws UserError where nobody reads it any more. */
export async function writeOutput(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(pieces, process.stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    throw new UserError('Nobody reads the output any more.');
  }
}
