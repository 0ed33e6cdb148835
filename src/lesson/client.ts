/** The lesson's client (docker/lesson/client): one load's connections, on its machine. */
import { addressCount, type Choice } from './choice.ts';
import { sideOf, spare } from './commands.ts';
import { type Deps, fileOf } from './deps.ts';
import type { Lab } from './machines.ts';

export interface Client {
  /** An answered connection each: 'web-1 172.18.0.2 172.18.0.3', or 'failed'. */
  lines: string[];
  /** Why the client has ended, once it has. */
  ended?: string;
  release: () => void;
  over: Promise<void>;
}

/** Connections of a load, until the caller releases them. */
export function startClient(
  deps: Deps,
  lab: Lab,
  { load, mode, connections }: Choice,
  { port, rate, signal }: { port: number; rate?: number | undefined; signal: AbortSignal },
): Client {
  const side = sideOf(mode);
  const vip = lab.director[side].address;
  const destinations = load === 'destinations' ? spare(lab.networks[side], load, addressCount) : [vip];
  const sources = load === 'sources' ? spare(lab.networks[side], load, addressCount) : [];
  const words = [
    load,
    String(connections),
    rate ? String(1 / rate) : '0',
    String(port),
    destinations.join(' '),
    sources.join(' '),
  ];
  const args = ['exec', '-i', lab.container('client'), 'bash', '-c', fileOf(deps, 'lesson/client'), 'client', ...words];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Its input ends when it may: until then it holds what it is to hold.
  const pieces = (async function* (): AsyncGenerator<Uint8Array> {
    await released;
    yield new Uint8Array();
  })();
  const client: Client = { lines: [], release, over: Promise.resolve() };
  signal.addEventListener('abort', release);
  client.over = (async () => {
    try {
      const output = deps.io.stream('docker', args, { pieces });
      let rest = '';
      for (;;) {
        const next = await output.next();
        if (next.done) {
          client.ended = next.value.stderr.trim() || `exit code ${next.value.exitCode}`;
          return;
        }
        const lines = (rest + next.value.toString()).split('\n');
        rest = lines.pop() ?? '';
        client.lines.push(...lines);
      }
    } catch (error) {
      client.ended = (error as Error).message;
    } finally {
      signal.removeEventListener('abort', release);
    }
  })();
  return client;
}
