/** Which rows of a lock are an image's. Pure. */
import type { Architecture, Lock, Locked } from './lock.ts';

/** What one image has: name → row. */
export type Closure = ReadonlyMap<string, Locked>;

/** What an image is made from, the operating system's first. What its own tree was built with is not in it, but for its build. */
const layersOf = (image: string): string[] =>
  image === 'debian' ? [image] : image === 'base' ? ['debian', image] : ['debian', 'base', image];

/** The rows that a lock has of an image and of no image below it. None: the image is not locked yet. */
export const ownRows = (lock: Lock, architecture: Architecture, image: string): Locked[] =>
  lock.rows.filter((row) => row.architecture === architecture && row.images.includes(image));

/** All that an image has: the same name in an image above replaces the one below. */
export function closure(lock: Lock, architecture: Architecture, image: string): Closure {
  const layers = layersOf(image).flatMap((each) => ownRows(lock, architecture, each));
  return new Map(layers.map((row) => [row.name, row]));
}

/** What its build takes: also what its tree is made with. */
export const forBuild = (lock: Lock, architecture: Architecture, image: string): Closure =>
  new Map([
    ...ownRows(lock, architecture, `${image}-build`).map((row) => [row.name, row] as const),
    ...closure(lock, architecture, image),
  ]);

/** An image may have nothing of its own (loader), and is locked with its base. */
export const isLocked = (lock: Lock | undefined, architecture: Architecture, image: string): lock is Lock =>
  lock !== undefined && ownRows(lock, architecture, image).length > 0;

/** What was found in an image: rows without the word of whose they are. */
export type Found = ReadonlyMap<string, readonly Omit<Locked, 'images'>[]>;

/**
 * The lock with these images as they were found; rows of other images and of the other architecture stay. `found` has an image after those
 * that it is made from.
 */
export function withFound({ written, rows }: Lock, architecture: Architecture, found: Found, now: string): Lock {
  let all = rows.flatMap((row) => {
    if (row.architecture !== architecture) return [row];
    const images = row.images.filter((image) => !found.has(image) && !found.has(image.replace(/-build$/, '')));
    return images.length > 0 ? [{ ...row, images }] : [];
  });
  for (const [image, packages] of found) {
    const below = layersOf(image).slice(0, -1).at(-1);
    const inherited = below ? closure({ written, rows: all }, architecture, below) : new Map<string, Locked>();
    const own = packages.filter((each) => !isSame(inherited.get(each.name), each));
    all = own.reduce((rows, each) => add(rows, each, image), all);
  }
  return { written: [...new Set([...written, now])].slice(-8), rows: all };
}

function add(rows: readonly Locked[], found: Omit<Locked, 'images'>, image: string): Locked[] {
  const at = rows.findIndex(
    (row) => row.architecture === found.architecture && row.name === found.name && isSame(row, found),
  );
  const there = rows[at];
  if (!there) return [...rows, { ...found, images: [image] }];
  return rows.with(at, { ...there, images: [...there.images, image] });
}

/** A sum that is not known is no difference. */
const isSame = (a: Pick<Locked, 'version' | 'sha256'> | undefined, b: Pick<Locked, 'version' | 'sha256'>) =>
  a !== undefined && a.version === b.version && (a.sha256 === b.sha256 || [a.sha256, b.sha256].includes('-'));

/** A difference of one name, of either side undefined. */
export interface Difference {
  name: string;
  before?: Locked;
  after?: Locked;
}

export function compareClosures(before: Closure, after: Closure): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old && now && isSame(old, now)) return [];
    return [{ name, ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) }];
  });
}

/** Lines `name=version`: what the operating system's image has. An instance has these too, from its own. */
export const versionLines = (rows: Iterable<Locked>) =>
  [...rows].map(({ name, version, sha256 }) => `${name}=${version} ${sha256}\n`).join('');
