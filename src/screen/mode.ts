/** How to speak to whoever is at the other end: chosen once, from the streams and the environment. */

export type Mode = 'ink' | 'plain' | 'json';

/** What the other end can show. */
export interface Look {
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
  // CONTINUOUS_INTEGRATION: Ink looks at it too, and then draws nothing before the end.
  const refused = ['CI', 'CONTINUOUS_INTEGRATION', 'BOOTDEV_NO_TUI', 'INK_SCREEN_READER'].some((name) =>
    isOn(env[name]),
  );
  return terminal && !refused ? 'ink' : 'plain';
}

/** no-color.org, bixense.com/clicolors: NO_COLOR says no, CLICOLOR_FORCE yes; else a terminal may have colours unless CLICOLOR=0. */
export function chooseLook(stream: Stream, env: Environment): Look {
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
