import type { DiskUse, Event } from '../events.ts';
import { oldPackages } from '../images/packages.ts';
import { imageTags } from '../images/tags.ts';
import { removeFolder } from '../io/folder.ts';
import type { Context } from '../project/context.ts';

/** What this replica holds on the disk: its volumes, its images, and what nothing uses any more. */
export async function diskUse(context: Context): Promise<DiskUse> {
  const { docker, project } = context;
  const { volumes, images } = await docker.disk();
  const tags = imageTags(context.settings, context.sources.docker, context.state.images ?? 'packages');
  const desired = new Set([...tags].map(([name, tag]) => `bootdev/${name}:${tag}`));
  return {
    volumes: volumes
      .filter((volume) => volume.project === project)
      .map(({ name, bytes }) => ({ name: name.slice(project.length + 1), bytes })),
    // Layers that images share are counted once for each: what is freed by deleting one is less.
    images: images.filter(({ tag }) => desired.has(tag)).map(({ tag, bytes }) => ({ name: tag, bytes })),
    old: images
      .filter(
        ({ tag, containers }) =>
          tag.startsWith('bootdev/') && !tag.startsWith('bootdev/debian') && !desired.has(tag) && containers === 0,
      )
      .map(({ tag, bytes }) => ({ name: tag, bytes })),
    oldPackages: await oldPackages(context, tags),
  };
}

export async function* disk(context: Context): AsyncGenerator<Event, void> {
  yield { type: 'disk', disk: await diskUse(context) };
}

type Old = Pick<DiskUse, 'old' | 'oldPackages'>;

/** Deletes old images, none that this project wants or that any container is made from, and old packages for instances. */
export async function* prune(
  { docker, paths }: Pick<Context, 'docker' | 'paths'>,
  { old, oldPackages: archives }: Old,
): AsyncGenerator<Event, void> {
  for (const { name } of old) yield* deleted(name, () => docker.removeImage(name));
  for (const { name } of archives) yield* deleted(`packages ${name}`, () => removeFolder(`${paths.packages}/${name}`));
  const gone = old.length + archives.length;
  yield { type: 'done', text: gone > 0 ? `${gone} gone.` : 'Nothing is old.' };
}

async function* deleted(name: string, work: () => Promise<void>): AsyncGenerator<Event, void> {
  yield { type: 'step', id: name, text: `delete ${name}`, state: 'start' };
  await work();
  yield { type: 'step', id: name, text: `delete ${name}`, state: 'done' };
}
