/** What a lock would be if its images were made today, and what that changes. */
import type { Event } from '../../events.ts';
import { instanceMachines, usedMachines } from '../../machines/table.ts';
import type { Settings } from '../../settings/schema.ts';
import { step } from '../../steps.ts';
import { baseTag } from '../base-image.ts';
import type { ImageTags, Locking } from '../tags.ts';
import { closure, compareClosures, type Difference, ownRows, withFound } from './closure.ts';
import type { Lock } from './lock.ts';
import { askImages, type Deps, foundIn } from './record.ts';

/** Asks Debian's mirror, from within the images; they have to be there. Throws UserError. */
export const lookForNewer = (
  deps: Deps,
  tags: ImageTags,
  { lock, architecture }: Locking,
  now: Date,
): AsyncGenerator<Event, Lock> =>
  step({ id: 'lock', text: 'look for newer packages' }, async () => {
    const locked = [...tags].filter(([name]) => ownRows(lock, architecture, name).length > 0);
    const images = new Map([
      ['debian', baseTag],
      ...locked.map(([name, tag]) => [name, `bootdev/${name}:${tag}`] as const),
    ]);
    const question = { base: images.get('base') ?? baseTag, program: 'look', together: 'sums', now: now.toISOString() };
    const lists = await askImages(deps, images, question);
    const found = new Map([...lists].flatMap(([image, text]) => [...foundIn(image, text, architecture)]));
    // All rows are of now.
    return { ...withFound(lock, architecture, found, ''), written: [timeOf(now)] };
  });

/** 20261128T203000Z */
export const timeOf = (date: Date) => date.toISOString().replace(/[-:]|\.\d+/g, '');

/** A difference once, with the images that have it. */
export interface Change extends Difference {
  images: readonly string[];
}

/** Changes of a whole lock; what an image has from its base is the base's. */
export function changesOf(before: Lock, after: Lock, { architecture }: Pick<Locking, 'architecture'>): Change[] {
  const images = new Set([...before.rows, ...after.rows].flatMap((row) => row.images));
  const ofBase = new Set<string>();
  const changes = new Map<string, Change>();
  for (const image of ['debian', 'base', ...[...images].sort()]) {
    const of = (lock: Lock) =>
      image.endsWith('-build')
        ? new Map(ownRows(lock, architecture, image).map((row) => [row.name, row]))
        : closure(lock, architecture, image);
    for (const difference of compareClosures(of(before), of(after))) {
      const key = [difference.name, difference.before?.version, difference.after?.version].join(' ');
      const isBase = image === 'debian' || image === 'base';
      if (isBase) ofBase.add(key);
      else if (ofBase.has(key)) continue;
      const images = isBase ? ['every machine'] : [...(changes.get(key)?.images ?? []), image];
      changes.set(key, { ...difference, images });
    }
  }
  return [...changes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Machines whose packages for instances change: promote replaces them. What every Debian has stays the machine image's own there. */
export function replacedOnAws(
  before: Lock,
  after: Lock,
  settings: Settings,
  { architecture }: Pick<Locking, 'architecture'>,
) {
  const ofSystem = new Set(
    [before, after].flatMap((lock) => ownRows(lock, architecture, 'debian').map(({ name }) => name)),
  );
  const used = new Set(usedMachines(settings).map(({ kind }) => kind));
  return instanceMachines.filter(({ kind, image }) => {
    if (!used.has(kind)) return false;
    const [old, now] = [before, after].map((lock) => closure(lock, architecture, image));
    if (!old || !now) return false;
    return compareClosures(old, now).some(({ name, before, after }) => {
      return !ofSystem.has(name) || [before, after].some((row) => row && !row.images.includes('debian'));
    });
  });
}
