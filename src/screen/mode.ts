/** How to speak to whoever is at the other end: chosen once, from the streams and the environment. */

export type Mode = 'ink' | 'plain' | 'json';

/** What the other end can show. */
export interface TerminalCapabilities {
  colour: boolean;
  /** No other characters than ASCII. */
  ascii: boolean;
}

interface Stream {
  isTTY?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  stdin: Stream;
  stdout: Stream;
  env: Environment;
  json?: boolean;
}

export function chooseMode({ stdin, stdout, env, json = false }: Surroundings): Mode {
  if (json) return 'json';
  const terminal = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
  const refused = isCi(env) || isOn(env.BOOTDEV_NO_TUI) || isOn(env.INK_SCREEN_READER);
  return terminal && !refused ? 'ink' : 'plain';
}

/** As Ink sees it (is-in-ci): set, even to nothing. There it draws nothing before the end, and a question would never be seen. */
const isCi = (env: Environment) =>
  [env.CI, env.CONTINUOUS_INTEGRATION].some((value) => value !== undefined && value !== '0' && value !== 'false');

/** no-color.org, bixense.com/clicolors: NO_COLOR says no, CLICOLOR_FORCE yes; else a terminal may have colours unless CLICOLOR=0. */
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
