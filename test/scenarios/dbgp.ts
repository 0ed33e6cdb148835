/** An IDE, as far as Xdebug sees it: listens for the debuggee's connections and steps through it (https://xdebug.org/docs/dbgp). */
import { createServer, type Socket } from 'node:net';

export type Session = ReturnType<typeof session>;

/** Listens on every address of this computer, as an IDE does for containers. */
export async function listen(port: number) {
  const waiting: ((socket: Socket) => void)[] = [];
  const arrived: Socket[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined));
    // The question whether somebody listens is a connection that says nothing.
    socket.once('data', (first: Buffer) => {
      connections++;
      socket.pause();
      socket.unshift(first);
      const take = waiting.shift();
      if (take) take(socket);
      else arrived.push(socket);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '0.0.0.0', resolve));
  return {
    /** How many debuggees came. */
    connections: () => connections,
    /** The next debuggee, which has not run a line yet. */
    async session(ms = 20_000): Promise<Session> {
      const socket = arrived.shift() ?? (await next(waiting, ms));
      return session(socket);
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

const next = (waiting: ((socket: Socket) => void)[], ms: number) =>
  new Promise<Socket>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no debuggee within ${ms} ms`)), ms);
    waiting.push((socket) => {
      clearTimeout(timer);
      resolve(socket);
    });
  });

function session(socket: Socket) {
  let text = '';
  let number = 0;
  const heard: string[] = [];
  const hearers: ((message: string) => void)[] = [];
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    // A length, a zero, so many bytes of XML, a zero. All that is asked for here is ASCII.
    for (let found = /^(\d+)\0([^\0]*)\0/.exec(text); found; found = /^(\d+)\0([^\0]*)\0/.exec(text)) {
      text = text.slice(found[0].length);
      const [, , message = ''] = found;
      const hear = hearers.shift();
      if (hear) hear(message);
      else heard.push(message);
    }
  });
  socket.resume();
  const message = () =>
    heard.length > 0 ? Promise.resolve(heard.shift() as string) : new Promise<string>((hear) => hearers.push(hear));
  const command = (words: string) => {
    const [name, ...rest] = words.split(' ');
    socket.write(`${[name, '-i', ++number, ...rest].join(' ')}\0`);
    return message();
  };
  return {
    /** What the debuggee says of itself. */
    init: message,
    command,
    /** Sets a breakpoint, and goes on until one is reached: the line. */
    async stopAt(file: string, line: number): Promise<{ status: string; file: string; line: number }> {
      await command(`breakpoint_set -t line -f ${file} -n ${line}`);
      const answer = await command('run');
      const [, name = '', number = ''] = /filename="([^"]*)" lineno="(\d+)"/.exec(answer) ?? [];
      return { status: /status="(\w+)"/.exec(answer)?.[1] ?? '', file: name, line: Number(number) };
    },
    /** A variable's value: Xdebug sends text as Base64. */
    async value(name: string): Promise<string> {
      const answer = await command(`property_get -n ${name}`);
      const [, encoded = '', plain = ''] = /<!\[CDATA\[([A-Za-z0-9+/=]*)\]\]>|>([^<]*)<\/property>/.exec(answer) ?? [];
      return / encoding="base64"/.test(answer) ? Buffer.from(encoded, 'base64').toString() : encoded || plain;
    },
    /** Lets it run to its end. */
    async detach(): Promise<void> {
      await command('detach');
      socket.end();
    },
  };
}
