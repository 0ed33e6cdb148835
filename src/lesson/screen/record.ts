/**
 * The screen, recorded as asciinema's cast, version 2: a line of JSON for each time something was written. So a recording that was killed can be
 * played up to there, it has times and colours, and players, GIF makers and web pages read it; plain captures have none of that.
 */
import { type LinesFile, newLinesFile } from '../../io/data/lines.ts';

export interface Recording {
  /** What the terminal is sent, now. */
  write: (text: string) => void;
  resize: (columns: number, rows: number) => void;
  end: () => void;
}

interface Options {
  columns: number;
  rows: number;
  /** Seconds from any moment on. */
  now?: () => number;
  open?: (path: string) => LinesFile;
}

/** Throws UserError where there is such a file already, or it cannot be written. */
export function record(path: string, options: Options): Recording {
  const { columns, rows, now = () => performance.now() / 1000, open = newLinesFile } = options;
  const file = open(path);
  const start = now();
  const event = (kind: 'o' | 'r', text: string) =>
    file.write(JSON.stringify([Number((now() - start).toFixed(3)), kind, text]));
  file.write(JSON.stringify({ version: 2, width: columns, height: rows, title: 'bootdev lvs' }));
  return {
    write: (text) => event('o', text),
    resize: (width, height) => event('r', `${width}x${height}`),
    end: file.close,
  };
}

/** The same terminal, and what it is sent is recorded too, where something records. */
export function recorded(stdout: NodeJS.WriteStream, recording: () => Recording | undefined): NodeJS.WriteStream {
  const write = (...all: Parameters<typeof stdout.write>) => {
    recording()?.write(String(all[0]));
    return stdout.write(...all);
  };
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
