/** The person at the terminal, if there is one. */
import { createInterface } from 'node:readline/promises';

/** Whether somebody can be asked: both ends are a terminal that can do more than print, and no CI runs us. */
export function isInteractive(): boolean {
  const { TERM, CI } = process.env;
  return (
    Boolean(process.stdin.isTTY && process.stdout.isTTY) && TERM !== 'dumb' && (!CI || CI === '0' || CI === 'false')
  );
}

/** Yes or no, asked on stderr; anything but y or yes is a no. */
export async function ask(question: string, signal?: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N] `, signal));
}

/** A line, asked for on stderr. */
export async function askText(question: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // In this mode readline takes Ctrl-C from the terminal; the program listens for the signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await lines.question(question, signal ? { signal } : {})).trim();
  } finally {
    lines.close();
  }
}
