/** The built program in a terminal of its own (util-linux' script makes it): what it draws, what is typed, how it leaves the terminal. */

import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';

/** `command`: the shell's words after `node dist/cli.js`, or after another program. `before`: a line of the shell's before that. */
export function terminal(
  cwd: string,
  command = '',
  { rows = 24, columns = 80, program = resolve('dist/cli.js'), before = ':' } = {},
) {
  const line = `"${process.execPath}" "${program}" ${command}`;
  // Before the program has made the terminal raw, Ctrl-C is a signal, which the shell gets too.
  const size = `stty rows ${rows} columns ${columns}`;
  const lines = ['trap : INT', size, 'stty -g', before, line, 'echo "exit $?"', 'stty -g'];
  const child = execa('script', ['-qfec', `sh -c '${lines.join('\n')}'`, '/dev/null'], {
    cwd,
    env: { XDG_CONFIG_HOME: cwd, TERM: 'xterm-256color', CI: undefined },
    reject: false,
    stdin: 'pipe',
  });
  let raw = '';
  child.stdout.on('data', (chunk: Buffer) => {
    raw += chunk.toString();
  });
  const text = () => stripVTControlCharacters(raw).replaceAll('\r', '');

  return {
    type: (keys: string) => child.stdin.write(keys),
    text,
    /** Resolves when what was drawn since the program began has the words. */
    async until(words: string, ms = 10_000): Promise<void> {
      for (const end = performance.now() + ms; !text().includes(words); await pause(50)) {
        if (performance.now() > end) throw new Error(`not drawn within ${ms} ms: ${words}\n${text().slice(-4000)}`);
      }
    },
    /** As a window is closed: what runs in it is hung up on. */
    close: () => child.kill('SIGKILL'),
    /** Exit code; whether the cursor is shown again and the line settings are as before. */
    async ended() {
      await child;
      const [before, after] = text().match(/^[0-9a-f]+(:[0-9a-f]+){30,}$/gm) ?? [];
      const cursor = raw.lastIndexOf('\u001b[?25h') >= raw.lastIndexOf('\u001b[?25l');
      return { code: Number(/exit (\d+)/.exec(text())?.[1]), sane: before !== undefined && before === after && cursor };
    },
  };
}
