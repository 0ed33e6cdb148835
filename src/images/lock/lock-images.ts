/** After the build: each image is what the lock says, or the lock says what it is. */

import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { failure } from '../../io/command.ts';
import type { Io } from '../../io/io.ts';
import type { Context } from '../../project/context.ts';
import { baseTag } from '../base-image.ts';
import { type ImageTags, isOnDemand } from '../tags.ts';
import { type Closure, closure, compareClosures, type Difference, isLocked, withFound } from './closure.ts';
import type { Architecture, Lock, Locked } from './lock.ts';
import { timeOf } from './look.ts';
import { type Deps as RecordDeps, recordImages } from './record.ts';

type Deps = RecordDeps & Pick<Context, 'signal'> & { io: Pick<Io, 'files' | 'run' | 'docker'> };

interface Images {
  tags: ImageTags;
  /** Of those: what was built just now. */
  built: readonly string[];
  architecture: Architecture;
  lock: Lock | undefined;
  /** A renewed lock says what is asked for; what came of it is what counts. */
  renewed: boolean;
}

/** The loader is its base and a script. */
export const isLockable = (image: string) => image !== 'loader' && !isOnDemand(image);

/**
 * Returns the lock that goes with the images: as it is, or with those it did not have. Throws UserError where a built image has something
 * else than its lock; that image is not used.
 */
export async function* lockImages(deps: Deps, images: Images): AsyncGenerator<Event, Lock | undefined> {
  const { tags, built, architecture, lock, renewed } = images;
  const names = [...tags.keys()].filter(isLockable);
  const open = ['debian', ...names].filter((name) => !isLocked(lock, architecture, name));
  const asked = new Set([...open, ...built.filter(isLockable)]);
  if (asked.size === 0) return lock;
  const place = (name: string) => (name === 'debian' ? baseTag : `bootdev/${name}:${tags.get(name)}`);
  const inOrder = ['debian', ...names].filter((name) => asked.has(name));
  const found = yield* recordImages(deps, new Map(inOrder.map((name) => [name, place(name)])), {
    ...{ base: place('base'), architecture },
  });
  if (lock && !renewed) await refuseOthers(deps, { ...images, lock }, found, place);
  const taken = renewed ? found : new Map([...found].filter(([name]) => open.includes(name.replace(/-build$/, ''))));
  if (taken.size === 0) return lock;
  return withFound(lock ?? { written: [], rows: [] }, architecture, taken, timeOf(new Date()));
}

async function refuseOthers(
  { io }: Deps,
  { lock, architecture }: Images & { lock: Lock },
  found: ReadonlyMap<string, readonly Omit<Locked, 'images'>[]>,
  place: (name: string) => string,
): Promise<void> {
  for (const [image, rows] of found) {
    if (image === 'debian' || !isLocked(lock, architecture, image) || image.endsWith('-build')) continue;
    const is: Closure = new Map(rows.map((row) => [row.name, { ...row, images: [image] }]));
    const differences = compareClosures(closure(lock, architecture, image), is);
    if (differences.length === 0) continue;
    await io.docker.removeImage(place(image)).catch(() => undefined);
    throw other(image, differences);
  }
}

const other = (image: string, differences: readonly Difference[]) =>
  new UserError(
    `The image ${image} is not what bootdev.lock says, and is not used.\n${differences.slice(0, 8).map(inWords).join('\n')}`,
    { hint: 'bootdev upgrade   (takes the packages of today for all images, and shows first what changes)' },
  );

/** 'nginx 1.26.3-3 → 1.26.3-4' */
function inWords({ name, before, after }: Difference): string {
  const versions = [before, after].map((row) => row?.version ?? 'none');
  if (versions[0] !== versions[1]) return `    ${name} ${versions.join(' → ')}`;
  return `    ${name} ${versions[0]}: sha256 ${before?.sha256.slice(0, 12)} → ${after?.sha256.slice(0, 12)}`;
}

/**
 * The same images, under the tags that a lock gives them. A tag that is there stays: it has the same packages, and another replica's machines may
 * be made from it. (Compose labels what it builds with the project, so the same layers have another id.)
 */
export async function retag({ io, signal }: Pick<Deps, 'io' | 'signal'>, before: ImageTags, after: ImageTags) {
  for (const [name, tag] of after) {
    const old = before.get(name);
    if (old === undefined || old === tag || (await io.docker.imageExists(`bootdev/${name}:${tag}`))) continue;
    if (!isLockable(name) && !(await io.docker.imageExists(`bootdev/${name}:${old}`))) continue; // made when it is asked for
    const args = ['tag', `bootdev/${name}:${old}`, `bootdev/${name}:${tag}`];
    const ended = await io.run('docker', args, { signal });
    if (ended.exitCode !== 0) throw failure('docker', args, ended);
  }
}
