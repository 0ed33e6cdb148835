import { manifestEntries } from '../../src/bundle/manifest.ts';
import { toText } from '../../src/io/tree.ts';
import type { Release } from '../../src/project/release.ts';

/** What a release has, in its order: names as a person reads them. */
export const entriesOf = ({ manifest }: Pick<Release, 'manifest'>) =>
  [...manifestEntries(manifest)].map((entry) => ({ ...entry, path: toText(entry.path) }));

export const pathsOf = (release: Pick<Release, 'manifest'>): string[] => entriesOf(release).map(({ path }) => path);
