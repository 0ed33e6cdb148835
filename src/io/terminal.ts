/** Questions to the person at the terminal, and what comes from a pipe instead. Whether there is a person: isInteractive (screen/mode.ts). */
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../errors.ts';

/** Yes or no, asked on stderr; only y or yes is a yes. */
export async function ask(question: string, signal?: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N] `, signal));
}

/** A line, asked for on stderr; Ctrl-D is an empty one. */
export async function askText(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // In this mode readline takes Ctrl-C from the terminal; the program listens for the signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await lines.question(question, signal ? { signal } : {})).trim();
  } catch (error) {
    if (signal?.aborted || (error as Error).name !== 'AbortError') throw error;
    process.stderr.write('\n'); // Ctrl-D leaves the cursor behind the question
    return '';
  } finally {
    lines.close();
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
