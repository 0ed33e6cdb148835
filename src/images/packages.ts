import { sha256 } from '../bundle/digest.ts';
import { UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { ownBuilder } from '../io/environment/own-builder.ts';
import type { Io } from '../io/io.ts';
import { type Kind, type Machine, usedMachines } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { step } from '../steps.ts';
import { baseTag } from './base-image.ts';
import { isCollectedHere, rememberCollected } from './collected.ts';
import { closure, versionLines } from './lock/closure.ts';
import { rdsAuthorities } from './rds-authorities.ts';
import type { ImageTags, Locking } from './tags.ts';

/** What an instance of one kind installs without any mirror: the exact packages of the replica's image, its roles' scripts, trees of /opt. */
export interface Packages {
  digest: string;
  /** Lines `sha256 path`: what the digest is taken over. */
  manifest: string;
  tar: () => Promise<Uint8Array>;
}

type Deps = Pick<Context, 'settings' | 'materialised' | 'paths' | 'sources' | 'signal' | 'host'> & {
  io: Pick<Io, 'files' | 'run'>;
};

/**
 * Collects them from the images, once for an image. The images must be there (`up` makes them). Throws UserError.
 * `tags`: what `imageTags` says of the replica's images. `locking`: what they are locked with, so that two computers collect the same.
 */
export async function* collectPackages(
  deps: Deps,
  tags: ImageTags,
  locking?: Locking,
): AsyncGenerator<Event, Map<Kind, Packages>> {
  const collected = new Map<Kind, Packages>();
  const byImage = new Map<string, Packages>();
  for (const machine of usedMachines(deps.settings)) {
    if (!machine.instance) continue;
    const packages =
      byImage.get(machine.image) ?? (yield* ofImage(deps, machine, tags.get(machine.image) ?? '', locking));
    byImage.set(machine.image, packages);
    collected.set(machine.kind, packages);
  }
  return collected;
}

/** Archives of earlier images, recipes or settings, which the next promote would not use. `tags` as above. */
export async function oldPackages(deps: Pick<Deps, 'settings' | 'paths' | 'sources' | 'io'>, tags: ImageTags) {
  const desired = new Set(usedMachines(deps.settings).map(({ image }) => archive(deps, image, tags.get(image) ?? '')));
  return (await deps.io.files.foldersIn(deps.paths.packages)).filter(({ name }) => !desired.has(name));
}

/** Name of the folder of an image's packages. */
const archive = (deps: Pick<Deps, 'sources'>, image: string, tag: string) => `${image}-${tag}-${recipe(deps)}`;

async function* ofImage(deps: Deps, machine: Machine, tag: string, locking?: Locking): AsyncGenerator<Event, Packages> {
  const name = archive(deps, machine.image, tag);
  const folder = `${deps.paths.packages}/${name}`;
  if (await isCollectedHere(deps, name, folder)) return packagesIn(folder, deps);
  const id = `packages ${machine.image}`;
  yield* step({ id, text: `collect packages of ${machine.image}` }, async () => {
    await deps.io.files.removeFolder(folder); // what somebody else put there, or half of it
    await collect(deps, machine, { tag, folder, locking });
    await rememberCollected(deps, name, folder);
  });
  return packagesIn(folder, deps);
}

async function packagesIn(folder: string, { io: { files } }: Pick<Deps, 'io'>): Promise<Packages> {
  const manifest = await files.readText(`${folder}/packages.manifest`);
  if (manifest === undefined) throw new Error(`docker build left no packages.manifest in ${folder}`);
  return { digest: sha256(manifest), manifest, tar: () => files.readBytes(`${folder}/packages.tar`) };
}

/** Changes when they would be collected in another way, or with other certificate authorities. */
function recipe({ sources }: Pick<Deps, 'sources'>): string {
  const parts = [...sources.docker].filter(([path]) => /^(?:ec2\/(?:Dockerfile|collect)|lock\/tree\.sh)$/.test(path));
  const lines = [...parts, ['db-ca.pem', rdsAuthorities()] as const].map(
    ([path, bytes]) => `${path} ${sha256(bytes)}\n`,
  );
  return sha256(lines.join('')).slice(0, 8);
}

interface Collection {
  tag: string;
  folder: string;
  locking: Locking | undefined;
}

async function collect(deps: Deps, machine: Machine, { tag, folder, locking }: Collection) {
  const { io, paths, signal, materialised } = deps;
  const { image, roles, optional = {}, target } = machine;
  const authorities = `${paths.packages}/db-ca.pem`;
  await io.files.writeWhole(authorities, target.includes('DB_HOST') ? rdsAuthorities() : '');
  const locked = `${paths.packages}/locked`;
  const system = locking ? versionLines(closure(locking.lock, locking.architecture, 'debian').values()) : '';
  await io.files.writeWhole(locked, system);
  const args = [
    ...['build', '--file', `${materialised}/docker/ec2/Dockerfile`],
    ...['--build-arg', `IMAGE=bootdev/${image}:${tag}`, '--build-arg', `CLEAN=${baseTag}`],
    ...['--build-arg', `ROLES=${[...roles, ...Object.keys(optional)].join(' ')}`],
    ...['--build-arg', `RECIPE=${recipe(deps)}${sha256(system)}`],
    ...['--secret', `id=db-ca,src=${authorities}`, '--secret', `id=locked,src=${locked}`],
    ...['--output', `type=local,dest=${folder}`, `${materialised}/docker`],
  ];
  const builder = await ownBuilder();
  const { exitCode, stderr } = await io.run('docker', args, { signal, env: builder.env }).finally(builder.remove);
  if (exitCode === 0) return;
  const output = stderr.trim().split('\n').slice(-8).join('\n  ');
  throw new UserError(`The packages of bootdev/${image}:${tag} could not be collected.\n  ${output}`, {
    hint: `docker image rm bootdev/${image}:${tag}, then bootdev up: the image is built again`,
  });
}
