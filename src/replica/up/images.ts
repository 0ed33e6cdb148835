import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { caBundle } from '../../host/ca-bundle.ts';
import { baseImage, baseTag } from '../../images/base-image.ts';
import { forBuild, isLocked } from '../../images/lock/closure.ts';
import { readLock, writeLock } from '../../images/lock/file.ts';
import type { Architecture, Lock } from '../../images/lock/lock.ts';
import { lockImages, retag } from '../../images/lock/lock-images.ts';
import { makeLockedBase } from '../../images/lock/locked-base.ts';
import { type ImageTags, imageTags, isOnDemand, type OnDemand } from '../../images/tags.ts';
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

/**
 * Decides, the first time, where images come from, and builds what is missing, of the packages that bootdev.lock has; what it has not, it
 * gets. `renewed`: a lock that is to take its place, with what comes of it. `also`: of what no machine of AWS is made of. Yields the builds' own
 * lines as log events. Throws UserError.
 */
export async function* makeImages(
  context: Context,
  { renewed, also = [] }: { renewed?: Lock; also?: readonly OnDemand[] } = {},
): AsyncGenerator<Event, Images> {
  const { settings, sources, state, host, signal } = context;
  const lock = renewed ?? (await readLock(context));
  const from = state.images ?? (yield* baseImage(settings.images, host, signal));
  const architecture = await context.io.docker.architecture();
  const tagsBy = (lock?: Lock) => imageTags(settings, sources.docker, from, lock && { lock, architecture });
  const images = { from, tags: tagsBy(lock), ca: await buildCa(context) };
  const built = yield* buildMissing(context, images, { also, ...(lock ? { locking: { lock, architecture } } : {}) });
  const { tags } = images;
  const now = yield* lockImages(context, { tags, built, architecture, lock, renewed: renewed !== undefined });
  if (!now || (now === lock && !renewed)) return images;
  const locked = { ...images, tags: tagsBy(now) };
  await retag(context, tags, locked.tags);
  await writeLock(context, now);
  return locked;
}

async function buildCa({ host, io, paths }: Context): Promise<string> {
  const found = await caBundle(host.env, host.read);
  if (found) return found;
  await io.files.writeWhole(paths.noCa, '');
  return paths.noCa;
}

/** Returns what was built. */
async function* buildMissing(
  context: Context,
  images: Images,
  { locking, also }: { locking?: { lock: Lock; architecture: Architecture }; also: readonly OnDemand[] },
): AsyncGenerator<Event, string[]> {
  const { io, host, settings, state, signal } = context;
  const { from, tags } = images;
  const names = [...tags.keys()].filter((name) => !isOnDemand(name) || also.includes(name)); // the base first: the others are made from it
  const there = await Promise.all(names.map((name) => io.docker.imageExists(`bootdev/${name}:${tags.get(name)}`)));
  const missing = names.filter((_, index) => !there[index]);
  if (missing.length === 0) return [];
  // For compose's build; the ports are decided later, since one that is free now may be taken when the images are built.
  // A tool of a replica that runs needs its file as it is.
  const runs = missing.every(isOnDemand) && (await io.files.readText(context.paths.envFile)) !== undefined;
  if (!runs)
    await io.files.writeIfChanged(context.paths.envFile, envFile(context, images, { ...defaultPorts, ...state.ports }));
  // The operating system's image is decided once, and may have been pruned since.
  yield* baseImage(from, host, signal);
  const services = new Map([
    ['builder', 'tool'],
    ['xdebug', 'xdebug'],
    ...allMachines(settings).map((it) => [it.machine.image, serviceOf(it)] as const),
  ]);
  // One after the other: on a small machine two builds side by side are no faster, and their lines are unreadable.
  for (const name of missing) {
    const { lock, architecture = 'amd64' } = locking ?? {};
    const isBase = name === 'base';
    const closure = isLocked(lock, architecture, isBase ? 'debian' : name) && forBuild(lock, architecture, name);
    const locked = closure && {
      ...{
        base: isBase ? baseTag : `bootdev/base:${tags.get('base')}`,
        tag: `bootdev/locked-${name}:${tags.get(name)}`,
      },
      closure,
    };
    yield* build(context, { name, service: services.get(name) ?? name, ...(locked ? { locked } : {}) });
  }
  return missing;
}

interface Build {
  name: string;
  service: string;
  locked?: Parameters<typeof makeLockedBase>[1];
}

const build = (context: Context, { name, service, locked }: Build) => {
  const id = `image ${name}`;
  return step({ id, text: id }, async function* () {
    const last: string[] = [];
    try {
      if (locked) await makeLockedBase(context, locked);
      yield* logged(id, context.compose.build(service, locked?.tag), last);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      throw notBuilt(name, last, error);
    } finally {
      // Its layers are the image's.
      if (locked) await context.io.docker.removeImage(locked.tag).catch(() => undefined);
    }
  });
};

/** Where a package is another than bootdev.lock's, apt was told no by docker/lock/check, whose words those are. */
function notBuilt(name: string, last: readonly string[], cause: unknown): UserError {
  const said = last.length > 0 ? last : cause instanceof UserError ? cause.message.split('\n') : [];
  const refused = [...new Set(said.flatMap((line) => /bootdev\.lock: (.*)/.exec(line)?.[1] ?? []))];
  if (refused.length > 0) {
    const words = refused.map((line) => `    ${line}`).join('\n');
    return new UserError(`The image ${name} was not built: its packages are not those of bootdev.lock.\n${words}`, {
      hint: 'bootdev upgrade   (takes the packages of today, and shows first what changes)',
      cause,
    });
  }
  const log = said.map((line) => `    ${line}`).join('\n');
  return new UserError(`The image ${name} was not built. The end of its log:\n${log}`, {
    hint: 'fix what it says, then: bootdev up   (what was built stays)',
    cause,
  });
}
