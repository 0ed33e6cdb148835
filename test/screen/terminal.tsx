/** Terminals for tests: ink-testing-library's in a given size, and streams that claim to be a terminal. */
import { EventEmitter } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { render } from 'ink-testing-library';
import type { ReactElement } from 'react';
import { CapabilitiesContext } from '../../src/screen/live/Lines.tsx';
import type { TerminalCapabilities } from '../../src/screen/mode.ts';

const plainCapabilities: TerminalCapabilities = { colour: false, ascii: false };

/** Without colours, so that frames are plain text. */
export async function renderAt(
  columns: number,
  rows: number,
  node: ReactElement,
  capabilities: TerminalCapabilities = plainCapabilities,
) {
  const app = render(<CapabilitiesContext.Provider value={capabilities}>{node}</CapabilitiesContext.Provider>);
  Object.defineProperties(app.stdout, { columns: { value: columns }, rows: { value: rows } });
  // On a busy machine the components listen only some turns later, and nothing tells when.
  for (let round = 0; round < 5; round++) {
    await settled();
    app.stdout.emit('resize');
  }
  await settled();
  return {
    unmount: app.unmount,
    frame: () => app.lastFrame() ?? '',
    /** Presses keys one after the other, as a person does. */
    press: async (...keys: string[]) => {
      for (const key of keys) {
        await settled();
        app.stdin.write(key);
      }
      await settled();
    },
  };
}

/** Ink 6.8 drops a key that comes straight after a frame: its listeners are set a turn later. */
export async function settled(): Promise<void> {
  await new Promise(setImmediate);
  await setTimeout(0);
}

export const keys = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  tab: '\t',
  backspace: '\u007f',
  ctrlC: '\u0003',
};

class FakeOutput extends EventEmitter {
  written = '';
  columns = 80;
  rows = 24;
  isTTY: boolean;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  write = (text: string) => {
    this.written += text;
    return true;
  };
}

class FakeInput extends EventEmitter {
  isTTY = true;
  isRaw = false;
  wasRaw = false;
  #data: string | null = null;
  type(data: string) {
    this.#data = data;
    this.emit('readable');
  }
  read = () => {
    const data = this.#data;
    this.#data = null;
    return data;
  };
  setRawMode(raw: boolean) {
    this.isRaw = raw;
    this.wasRaw ||= raw;
    return this;
  }
  setEncoding() {}
  ref() {}
  unref() {}
}

/** Streams as process has them; `terminal` false: a pipe. */
export function fakeStreams(terminal: boolean) {
  const stdin = new FakeInput();
  const stdout = new FakeOutput(terminal);
  const stderr = new FakeOutput(terminal);
  return {
    ...{ stdin, stdout, stderr },
    asProcess: {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      env: { LANG: 'C.UTF-8', TERM: 'xterm' },
    },
  };
}
