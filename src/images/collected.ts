/**
 * What this computer took out of images itself. It is remembered in the user's own folder: a manifest and an archive below
 * `.bootdev/packages` that came with a clone can agree with each other, but not with that.
 */
import { join } from 'node:path';
import { stateFolder } from '../io/environment/home.ts';
import type { Io } from '../io/io.ts';
import type { Context } from '../project/context.ts';

type Deps = Pick<Context, 'host'> & { io: Pick<Io, 'files'> };

interface Digests {
  manifest: string;
  archive: string;
}

/** `name`: the folder's, which has the image's tag in it. */
export async function rememberCollected(deps: Deps, name: string, folder: string): Promise<void> {
  const known = [...(await recorded(deps, name)), await digestsIn(deps, folder)].slice(-20);
  // A home that cannot be written: the next promote collects again.
  await deps.io.files.writeWhole(record(deps, name), `${JSON.stringify(known)}\n`).catch(() => undefined);
}

export async function isCollectedHere(deps: Deps, name: string, folder: string): Promise<boolean> {
  const known = await recorded(deps, name);
  if (known.length === 0) return false;
  const found = await digestsIn(deps, folder).catch(() => undefined);
  return known.some(({ manifest, archive }) => manifest === found?.manifest && archive === found.archive);
}

function record({ host: { env } }: Deps, name: string): string {
  return join(stateFolder(env), 'collected', `${name}.json`);
}

async function digestsIn({ io: { files } }: Deps, folder: string): Promise<Digests> {
  const [manifest, archive] = await Promise.all([
    files.fileDigest(join(folder, 'packages.manifest')),
    files.fileDigest(join(folder, 'packages.tar')),
  ]);
  return { manifest, archive };
}

/** Several: each project collects for itself, and a mirror may have moved between two. */
async function recorded(deps: Deps, name: string): Promise<Digests[]> {
  try {
    const known: unknown = JSON.parse((await deps.io.files.readText(record(deps, name))) ?? '[]');
    return Array.isArray(known) ? (known as Digests[]) : [];
  } catch {
    return [];
  }
}
