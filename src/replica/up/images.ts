import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { caBundle } from '../../host/ca-bundle.ts';
import { baseImage } from '../../images/base-image.ts';
import { type ImageTags, imageTags } from '../../images/tags.ts';
import { allMachines, serviceOf } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import { logged, step } from '../../steps.ts';
import { envFile } from './env-file.ts';
import { defaultPorts } from './ports.ts';

/** What the machines are made from. */
export interface Images {
  from: 'registry' | 'packages';
  tags: ImageTags;
  /** Path of the host's CA bundle for the builds, or of an empty file: compose has no optional secret. */
  ca: string;
}

/** Decides, the first time, where images come from, and builds what is missing. Yields the builds' own lines as log events. */
export async function* makeImages(context: Context): AsyncGenerator<Event, Images> {
  const { settings, sources, state, host, signal } = context;
  const from = state.images ?? (yield* baseImage(settings.images, host, signal));
  const images = { from, tags: imageTags(settings, sources.docker, from), ca: await buildCa(context) };
  yield* buildMissing(context, images);
  return images;
}

async function buildCa({ host, io, paths }: Context): Promise<string> {
  const found = await caBundle(host.env, host.read);
  if (found) return found;
  await io.files.writeWhole(paths.noCa, '');
  return paths.noCa;
}

async function* buildMissing(context: Context, images: Images): AsyncGenerator<Event, void> {
  const { io, host, settings, state, signal } = context;
  const { from, tags } = images;
  const names = [...tags.keys()]; // the base first: the others are made from it
  const there = await Promise.all(names.map((name) => io.docker.imageExists(`bootdev/${name}:${tags.get(name)}`)));
  const missing = names.filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  // For compose's build; the ports are decided later, since one that is free now may be taken when the images are built.
  await io.files.writeIfChanged(context.paths.envFile, envFile(context, images, { ...defaultPorts, ...state.ports }));
  // The operating system's image is decided once, and may have been pruned since.
  yield* baseImage(from, host, signal);
  const services = new Map(allMachines(settings).map((it) => [it.machine.image, serviceOf(it)]));
  // One after the other: on a small machine two builds side by side are no faster, and their lines are unreadable.
  for (const name of missing) yield* build(context, name, services.get(name) ?? name);
}

const build = ({ compose }: Context, name: string, service: string) => {
  const id = `image ${name}`;
  return step({ id, text: id }, async function* () {
    const last: string[] = [];
    try {
      yield* logged(id, compose.build(service), last);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      const log = last.map((line) => `    ${line}`).join('\n');
      throw new UserError(`The image ${name} was not built. The end of its log:\n${log}`, {
        hint: 'fix what it says, then: bootdev up   (what was built stays)',
        cause: error,
      });
    }
  });
};
