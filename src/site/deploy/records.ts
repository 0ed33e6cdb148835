/** Releases of code.git on this computer: .bootdev/<env>/releases/<id>, and what is known of each in <id>.json beside it. */
import { join } from 'node:path';
import { z } from 'zod';
import type { DeployedRelease } from '../../events.ts';
import type { Context } from '../../project/context.ts';

const schema = z.object({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  ref: z.string(),
  subject: z.string(),
  at: z.string(),
  built: z.string(),
  seconds: z.number(),
  digest: z.string().optional(),
  served: z.string().optional(),
  updated: z.string().optional(),
});

type Deps = Pick<Context, 'io' | 'paths' | 'state'>;

const folder = ({ paths }: Pick<Context, 'paths'>, id: string) => join(paths.releases, id);

export const releaseId = (commit: string, now: Date): string =>
  `${now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${commit.slice(0, 7)}`;

/** The newest first. */
export async function readReleases({ io, paths, state }: Deps): Promise<DeployedRelease[]> {
  const names = new Set(await io.files.namesIn(paths.releases));
  const all: DeployedRelease[] = [];
  for (const id of [...names]
    .filter((name) => names.has(`${name}.json`))
    .sort()
    .reverse()) {
    const { data } = schema.safeParse(parsed(await io.files.readText(`${folder({ paths }, id)}.json`)));
    if (data) all.push({ id, ...data, serves: state.deployed === id });
  }
  return all;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

export const writeRecord = (
  { io, paths }: Pick<Context, 'io' | 'paths'>,
  { id, serves: _, ...record }: DeployedRelease,
) => io.files.writeWhole(`${folder({ paths }, id)}.json`, `${JSON.stringify(record, null, 2)}\n`);

/** All but the newest `keep` that were served, and what a deploy left that was stopped or failed. Never the one that serves. */
export async function removeOld(context: Deps, keep: number): Promise<void> {
  const { io, paths, state } = context;
  const kept = (await readReleases(context)).filter(({ served }) => served !== undefined).slice(0, keep);
  const stay = new Set([state.deployed, ...kept.map(({ id }) => id)]);
  for (const name of await io.files.namesIn(paths.releases)) {
    if (stay.has(name.replace(/\.json$/, ''))) continue;
    if (name.endsWith('.json')) await io.files.removeFile(join(paths.releases, name));
    else await io.files.removeFolder(join(paths.releases, name));
  }
}
