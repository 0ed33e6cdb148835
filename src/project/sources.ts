import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type TreeFile, treeFile } from '../bundle/files.ts';
import { UserError } from '../errors.ts';
import { list, readFolder, removeFolder, writeFolder } from '../io/folder.ts';
import { isSameTree } from '../io/guard/same-tree.ts';

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
 * Both below `.bootdev/<version>-<hash>/`, exactly as the package has them; returns that folder. The replica never depends on the
 * package's place (npx empties its cache). A folder that is there already is compared, since its name is public and anybody can
 * commit one: what differs in a byte is replaced whole before anything of it is used. So what images are built from is what
 * their tags were computed from.
 */
export async function materialise(own: string, version: string, sources: Sources): Promise<string> {
  const name = `${version}-${sources.hash.slice(0, 8)}`;
  const folder = join(own, name);
  const files = materialised(sources);
  for (let attempt = 0; !isSameTree(folder, files); attempt++) {
    if (attempt === 3) throw new UserError(`${folder} changes while bootdev writes it.`, { hint: `rm -r ${folder}` });
    await replace(folder, files);
  }
  for (const { name: old } of await list(own)) {
    if (old !== name && /^\d+\.\d+\.\d+.*-[0-9a-f]{8}$/.test(old)) await removeFolder(join(own, old));
  }
  return folder;
}

/** By path below the folder. The modes are what the images get, whatever the user's umask. */
function materialised({ docker, compose }: Sources): Map<string, TreeFile> {
  const parts = Object.entries({ docker, compose });
  return new Map(
    parts.flatMap(([part, files]) => [...files].map(([path, bytes]) => [`${part}/${path}`, treeFile(bytes)])),
  );
}

/** Whole or not at all; another run may be faster. */
async function replace(folder: string, files: ReadonlyMap<string, TreeFile>): Promise<void> {
  await removeFolder(folder);
  await writeFolder(
    folder,
    [...files].map(([path, file]) => ({ path, ...file })),
  );
}
