/** One command line, understood, and what every command opens and shows. */
import { join, resolve } from 'node:path';
import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { exists, isFolder, readText } from '../io/files.ts';
import type { Context } from '../project/context.ts';
import type { CommonFlags } from './flags.ts';
import { noSettings } from './usage.ts';

export interface Call<Flags = object> {
  /** The words after `bootdev`, as they were typed. */
  line: readonly string[];
  args: readonly (string | undefined)[];
  flags: Flags & CommonFlags;
  signal: AbortSignal;
  /** A text, or an event, with its commands as they are typed from here. */
  say: <Said>(said: Said) => Said;
}

/** The folder of --project-dir. Throws UserError. */
export async function findFolder({ flags }: Call): Promise<string> {
  const dir = resolve(flags.projectDir);
  if (await isFolder(dir)) return dir;
  throw new UserError(`${flags.projectDir} is not a folder.`, {
    hint: (await exists(dir)) ? 'name the folder that has bootdev.yaml: -C DIR' : `mkdir -p ${flags.projectDir}`,
    code: exitCode.usage,
  });
}

export const hasSettings = async (dir: string) => (await readText(join(dir, 'bootdev.yaml'))) !== undefined;

/** Any setting may be missing, the file may not: a replica in the wrong folder would be a surprise. */
async function findProject(call: Call): Promise<string> {
  const dir = await findFolder(call);
  if (!(await hasSettings(dir))) throw noSettings(dir);
  return dir;
}

/** Throws UserError where there is no bootdev.yaml. */
export async function loadProjectSettings(call: Call) {
  const loader = await import('../settings/load.ts');
  const { settings } = await loader.loadSettings({ dir: await findProject(call), set: call.flags.set });
  return settings;
}

/** The project with its replica, as the last `up` was told to make it. */
export const openReplica = (call: Call): Promise<Context> => openProject(call, { ...call.flags, asTold: true });

/** The project as it is said now. `env`: of the replica; without it --env names an environment on AWS. */
export async function openProject(
  call: Call,
  { env, asTold = false }: { env?: string; asTold?: boolean } = {},
): Promise<Context> {
  const dir = await findProject(call);
  const project = await import('../project/context.ts');
  const { set } = call.flags;
  const context = await project.openProject({ dir, set, asTold, signal: call.signal, ...(env ? { env } : {}) });
  const { writeJsonSchema } = await import('../settings/write.ts');
  await writeJsonSchema(dir); // after a clone, or by a newer bootdev
  return context;
}

/** Shows a verb's events; returns its result. */
export async function show<Result>(
  events: AsyncGenerator<Event, Result>,
  { flags, signal, say }: Call,
): Promise<Result> {
  const screen = await import('../screen/show.tsx');
  const said = async function* () {
    try {
      for (;;) {
        const next = await events.next();
        if (next.done) return next.value;
        yield say(next.value);
      }
    } finally {
      await events.return(undefined as Result); // where the screen ended first
    }
  };
  return screen.show(said(), { json: flags.json, signal });
}

/** Shows an event that is no verb's. */
export async function showEvent(event: Event, call: Call): Promise<void> {
  await show(
    (async function* () {
      yield event;
    })(),
    call,
  );
}
