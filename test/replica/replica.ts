/** A project in a folder of its own, on a fake engine. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Event } from '../../src/events.ts';
import { type Context, type OpenOptions, openProject } from '../../src/project/context.ts';
import { up } from '../../src/replica/up/up.ts';
import { FakeEngine } from '../fakes/engine.ts';

/** They take half a second; a busy machine may take ten times as long. */
vi.setConfig({ testTimeout: 30_000 });

/** Machines enough for every question that is not about search or shared files. */
export const light = 'search: { engine: none }\nfiles: { store: volume }\n';

export type Replica = Awaited<ReturnType<typeof newReplica>>;

/** In memory where there is such a folder: state is written through to the disk, which is no question here. */
const temporary = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** `settings`: the rest of bootdev.yaml. */
export async function newReplica(settings = light, site = {}) {
  const dir = await mkdtemp(join(temporary, 'bootdev-unit-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const engine = new FakeEngine();
  const stop = new AbortController();
  const write = (text: string) =>
    writeFile(join(dir, 'bootdev.yaml'), `site: ${JSON.stringify({ name: 'shop', ...site })}\n${text}`);
  await write(settings);
  // Nothing of who runs the tests counts, not even their own settings.
  const host = { ...engine.host, env: { XDG_CONFIG_HOME: dir, XDG_STATE_HOME: join(dir, 'state') } };
  /** As each command opens it. */
  const open = (options: Pick<OpenOptions, 'set' | 'asTold'> = {}) =>
    openProject({ dir, signal: stop.signal, io: engine.io(), host, ...options });
  return {
    dir,
    engine,
    stop,
    open,
    settings: write,
    /** `bootdev up` with what the folder says now; `edit`: to what the package brings. */
    up: async (edit: (context: Context) => void = () => undefined, options = {}) => {
      const context = await open();
      edit(context);
      return play(up(context, options));
    },
    /** Containers' ids by name: unchanged means that nothing was touched. */
    ids: () => Object.fromEntries(engine.containers.map(({ name, id }) => [name, id])),
  };
}

export interface Played<Result> {
  events: Event[];
  result: Result | undefined;
  /** What the verb threw. */
  error: (Error & { hint?: string; code?: number }) | undefined;
}

/** A verb to its end, or to what it throws. */
export async function play<Result>(verb: AsyncGenerator<Event, Result>): Promise<Played<Result>> {
  const events: Event[] = [];
  try {
    for (;;) {
      const next = await verb.next();
      if (next.done) return { events, result: next.value, error: undefined };
      events.push(next.value);
    }
  } catch (error) {
    return { events, result: undefined, error: error as Error };
  }
}

/** The events of one type. */
export const only = <Type extends Event['type']>(events: readonly Event[], type: Type) =>
  events.filter((event): event is Event & { type: Type } => event.type === type);

/** A file of docker/ with other content. */
export const withSource = (path: string, text: string) => (context: Context) => {
  if (!context.sources.docker.has(path)) throw new Error(`docker/${path} is not in the package`);
  context.sources.docker.set(path, Buffer.from(text));
};
