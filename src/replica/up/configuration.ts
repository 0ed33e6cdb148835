/** The user's files that say what the replica is: remembered when it is healthy with them, so that `bootdev undo` can put them back. */
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';

type Deps = Pick<Context, 'dir' | 'own' | 'paths' | 'state'> & { io: Pick<Context['io'], 'files'> };

const configuration = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** What `up` was told beside the files (`State`). */
  told: z.array(z.string()),
  /** Path below the project's folder → text. */
  files: z.record(z.string().regex(/^bootdev(?:\.local)?\.yaml$|^bootdev(?:\/[\w][\w.@+-]*)+$/), z.string()),
});
type Configuration = z.infer<typeof configuration>;

async function presentConfiguration({ dir, own, state, io }: Deps): Promise<Configuration> {
  const files: Record<string, string> = {};
  for (const name of ['bootdev.yaml', 'bootdev.local.yaml']) {
    const text = await io.files.readText(join(dir, name));
    if (text !== undefined) files[name] = text;
  }
  for (const [path, text] of own.files) files[`bootdev/${path}`] = text;
  return { at: Date.now(), told: [...(state.told ?? [])], files };
}

/** The replica is healthy with what is there now. */
export async function rememberHealthy(deps: Deps): Promise<void> {
  const { io, paths } = deps;
  const now = await presentConfiguration(deps);
  const last = await remembered(deps, paths.healthy);
  if (last && differing(last, now).length === 0) return;
  if (last) await io.files.writeWhole(paths.before, JSON.stringify(last));
  await io.files.writeWhole(paths.healthy, JSON.stringify(now));
}

/** What the files go back to, and which of them. */
export interface WayBack {
  /** When what is undone was done. Milliseconds since 1970. */
  at: number;
  to: Configuration;
  names: readonly string[];
}

/**
 * Where the files are not those that the replica was last healthy with, back to these; else to those before them. undefined: nothing that
 * differs is remembered.
 */
export async function wayBack(deps: Deps): Promise<WayBack | undefined> {
  const { dir, paths } = deps;
  const now = await presentConfiguration(deps);
  const healthy = await remembered(deps, paths.healthy);
  if (!healthy) return undefined;
  const edited = differing(healthy, now);
  if (edited.length > 0) {
    const times = await Promise.all(edited.map((name) => deps.io.files.changedAt(join(dir, name))));
    return { at: Math.max(healthy.at, ...times.map((time) => time ?? 0)), to: healthy, names: edited };
  }
  const before = await remembered(deps, paths.before);
  const names = before ? differing(before, now) : [];
  return before && names.length > 0 ? { at: healthy.at, to: before, names } : undefined;
}

/** Each file whole. What was there is what the next undo goes back to. Throws UserError. */
export async function putBack(deps: Deps, { to, names }: WayBack): Promise<void> {
  const { dir, io, own, paths } = deps;
  const [problem] = own.problems;
  if (problem) {
    throw new UserError(`bootdev/${problem.path} cannot be read, so it could not be brought again.`, {
      hint: 'put it right or move it away, then: bootdev undo',
    });
  }
  await io.files.writeWhole(paths.before, JSON.stringify(await presentConfiguration(deps)));
  for (const name of names) {
    const text = to.files[name];
    if (name === asTold) continue;
    if (text === undefined) await io.files.removeFile(join(dir, name));
    else await io.files.writeWhole(join(dir, name), text);
  }
}

/** Stands among the names for flags and variables. */
const asTold = 'flags of up';

function differing(one: Configuration, other: Configuration): string[] {
  const all = [...new Set([...Object.keys(one.files), ...Object.keys(other.files)])];
  const names = all.filter((name) => one.files[name] !== other.files[name]).sort();
  return one.told.join('\n') === other.told.join('\n') ? names : [...names, asTold];
}

/** Losing it, or a file of any content, costs the way back and nothing else. */
async function remembered({ io }: Deps, path: string): Promise<Configuration | undefined> {
  try {
    return configuration.safeParse(JSON.parse((await io.files.readText(path)) ?? '')).data;
  } catch {
    return undefined;
  }
}
