/** What is at the other end, and how to show things to it: the only place that reads the streams and the environment for that. */

export type Mode = 'ink' | 'plain' | 'json';

/** What the other end can show. */
export interface TerminalCapabilities {
  colour: boolean;
  /** ASCII characters only. */
  ascii: boolean;
}

interface Stream {
  isTTY?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** This process's own, where a test names no others. */
interface ModeOptions {
  stdin?: Stream;
  stdout?: Stream;
  env?: Environment;
  json?: boolean;
}

export function chooseMode(options: ModeOptions = {}): Mode {
  const { env = process.env, json = false } = options;
  if (json) return 'json';
  const refused = ciValues(env).length > 0 || isOn(env.BOOTDEV_NO_TUI) || isOn(env.INK_SCREEN_READER);
  return isTerminal(options) && !refused ? 'ink' : 'plain';
}

/** Whether somebody can be asked a question, drawn or on a line. Not where the output is JSON, which a program reads. */
export function isInteractive(options: ModeOptions = {}): boolean {
  const { env = process.env, json = false } = options;
  return !json && isTerminal(options) && ciValues(env).every((value) => value === '');
}

function isTerminal({ stdin = process.stdin, stdout = process.stdout, env = process.env }: ModeOptions): boolean {
  return Boolean(stdin.isTTY && stdout.isTTY) && env.TERM !== 'dumb';
}

/**
 * What the variables of a CI say, where they do not say "no CI". Set to an empty value, Ink (is-in-ci) already draws nothing before the
 * end, and nobody would see a drawn question; a line can still be asked.
 */
const ciValues = (env: Environment) =>
  [env.CI, env.CONTINUOUS_INTEGRATION].filter((value) => value !== undefined && value !== '0' && value !== 'false');

/** no-color.org, bixense.com/clicolors: NO_COLOR says no, CLICOLOR_FORCE yes; else a terminal has colours unless CLICOLOR=0. */
export function chooseCapabilities(stream: Stream, env: Environment): TerminalCapabilities {
  return { colour: chooseColour(stream, env), ascii: isAscii(env) };
}

function chooseColour(stream: Stream, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (isOn(env.CLICOLOR_FORCE)) return true;
  return Boolean(stream.isTTY) && env.TERM !== 'dumb' && env.CLICOLOR !== '0' && !isOn(env.BOOTDEV_NO_TUI);
}

function isAscii(env: Environment): boolean {
  // The kernel's own console has 256 glyphs, and ours are not among them.
  return env.TERM === 'linux' || !/utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

const isOn = (value: string | undefined) => value !== undefined && !['', '0', 'false'].includes(value);
