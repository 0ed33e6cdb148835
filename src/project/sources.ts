import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { treeFile } from '../bundle/files.ts';
import { readFolder } from '../io/folder.ts';
import { temporaryFor } from '../io/temporary.ts';

/** The package's compose/ and docker/, read once: path below each → content. */
export interface Sources {
  docker: Map<string, Buffer>;
  compose: Map<string, Buffer>;
  /** sha256 over both, hex. */
  hash: string;
}

export async function readSources(packageRoot: string): Promise<Sources> {
  const [docker, compose] = await Promise.all([
    readFolder(join(packageRoot, 'docker')),
    readFolder(join(packageRoot, 'compose')),
  ]);
  const hash = createHash('sha256');
  for (const [name, files] of Object.entries({ docker, compose })) {
    for (const [path, bytes] of files) hash.update(`${name}/${path}\0${bytes.length}\0`).update(bytes);
  }
  return { docker, compose, hash: hash.digest('hex') };
}

/**
 * Writes both below `.bootdev/<version>-<hash>/`, whole or not at all, and returns that folder: the replica never depends on the
 * package's place (npx empties its cache).
 */
export async function materialise(own: string, version: string, sources: Sources): Promise<string> {
  const name = `${version}-${sources.hash.slice(0, 8)}`;
  const folder = join(own, name);
  if (await stat(folder).catch(() => undefined)) return folder;
  const temporary = temporaryFor(folder);
  for (const [part, files] of [
    ['docker', sources.docker],
    ['compose', sources.compose],
  ] as const) {
    for (const [path, bytes] of files) {
      const file = join(temporary, part, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      // What the images get, whatever the user's umask.
      await chmod(file, Number.parseInt(treeFile(bytes).mode, 8));
    }
  }
  await rename(temporary, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(temporary, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another run was faster
  });
  for (const old of await readdir(own)) {
    if (old !== name && /^\d+\.\d+\.\d+.*-[0-9a-f]{8}$/.test(old))
      await rm(join(own, old), { recursive: true, force: true });
  }
  return folder;
}
