import type { DiskUse, Event } from '../events.ts';
import { readLock } from '../images/lock/file.ts';
import { oldPackages } from '../images/packages.ts';
import { imageTags } from '../images/tags.ts';
import type { Context } from '../project/context.ts';
import { step } from '../steps.ts';

/** What this replica holds on the disk: its volumes, its images, and what nothing uses any more. */
export async function diskUse(context: Context): Promise<DiskUse> {
  const { io, project } = context;
  const { volumes, images } = await io.docker.disk();
  const lock = await readLock(context);
  const locking = lock && { lock, architecture: await io.docker.architecture() };
  const tags = imageTags(context.settings, context.sources.docker, context.state.images ?? 'packages', locking);
  const desired = new Set([...tags].map(([name, tag]) => `bootdev/${name}:${tag}`));
  // One image may have several tags: bootdev.lock gives it another than it was built with.
  const kept = new Set(images.filter(({ tag }) => desired.has(tag)).map(({ id }) => id));
  return {
    volumes: volumes
      .filter((volume) => volume.project === project)
      .map(({ name, bytes }) => ({ name: name.slice(project.length + 1), bytes })),
    // Layers that images share are counted for each of them: deleting one frees less.
    images: images.filter(({ tag }) => desired.has(tag)).map(({ tag, bytes }) => ({ name: tag, bytes })),
    old: images
      .filter(
        ({ id, tag, containers }) =>
          tag.startsWith('bootdev/') && !tag.startsWith('bootdev/debian') && !kept.has(id) && containers === 0,
      )
      .map(({ tag, bytes }) => ({ name: tag, bytes })),
    oldPackages: await oldPackages(context, tags),
  };
}

export async function* disk(context: Context): AsyncGenerator<Event, void> {
  yield { type: 'disk', disk: await diskUse(context) };
}

type Old = Pick<DiskUse, 'old' | 'oldPackages'>;

/** Deletes old images (not the ones that this project needs or that a container is made from) and old packages for instances. */
export async function* prune(
  { io, paths }: Pick<Context, 'io' | 'paths'>,
  { old, oldPackages: archives }: Old,
): AsyncGenerator<Event, void> {
  for (const { name } of old) yield* remove(name, () => io.docker.removeImage(name));
  for (const { name } of archives) {
    yield* remove(`packages ${name}`, () => io.files.removeFolder(`${paths.packages}/${name}`));
  }
  const count = old.length + archives.length;
  yield { type: 'done', text: count > 0 ? `${count} deleted.` : 'Nothing to delete.' };
}

const remove = (name: string, work: () => Promise<void>) => step({ id: name, text: `delete ${name}` }, work);
