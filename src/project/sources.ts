import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { treeFile } from '../bundle/files.ts';
import { list, readFolder, removeFolder, writeFolder } from '../io/folder.ts';

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
 * package's place (npx empties its cache). Those of other versions are removed.
 */
export async function materialise(own: string, version: string, sources: Sources): Promise<string> {
  const name = `${version}-${sources.hash.slice(0, 8)}`;
  const folder = join(own, name);
  const parts = Object.entries({ docker: sources.docker, compose: sources.compose });
  const files = parts.flatMap(([part, tree]) =>
    [...tree].map(([path, bytes]) => ({ path: `${part}/${path}`, ...treeFile(bytes) })),
  );
  if (!(await writeFolder(folder, files))) return folder;
  for (const old of await list(own)) {
    if (old.name !== name && /^\d+\.\d+\.\d+.*-[0-9a-f]{8}$/.test(old.name)) await removeFolder(join(own, old.name));
  }
  return folder;
}
