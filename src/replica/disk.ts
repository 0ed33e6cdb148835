import type { DiskUse, Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import { imageTags } from './images.ts';

/** What this replica holds on the disk: its volumes, its images, and what nothing uses any more. */
export async function diskUse(context: Context): Promise<DiskUse> {
  const { docker, project } = context;
  const { volumes, images } = await docker.disk();
  const wanted = wantedImages(context);
  return {
    volumes: volumes
      .filter((volume) => volume.project === project)
      .map(({ name, bytes }) => ({ name: name.slice(project.length + 1), bytes })),
    // Layers that images share are counted once for each: what is freed by deleting one is less.
    images: images.filter(({ tag }) => wanted.has(tag)).map(({ tag, bytes }) => ({ name: tag, bytes })),
    old: images
      .filter(
        ({ tag, containers }) =>
          tag.startsWith('bootdev/') && !tag.startsWith('bootdev/debian') && !wanted.has(tag) && containers === 0,
      )
      .map(({ tag, bytes }) => ({ name: tag, bytes })),
  };
}

function wantedImages({ settings, sources, state }: Context): Set<string> {
  return new Set(
    [...imageTags(settings, sources.docker, state.images ?? 'packages')].map(([name, tag]) => `bootdev/${name}:${tag}`),
  );
}

export async function* disk(context: Context): AsyncGenerator<Event, void> {
  yield { type: 'disk', disk: await diskUse(context) };
}

/** Deletes old images: none that this project wants or that any container is made from. */
export async function* prune(context: Context, old: DiskUse['old']): AsyncGenerator<Event, void> {
  for (const { name } of old) {
    yield { type: 'step', id: name, text: `delete ${name}`, state: 'start' };
    await context.docker.removeImage(name);
    yield { type: 'step', id: name, text: `delete ${name}`, state: 'done' };
  }
  yield { type: 'done', text: old.length > 0 ? `${old.length} old images are gone.` : 'Nothing is old.' };
}
