import { createHash } from 'node:crypto';
import { usedMachines } from '../machines/table.ts';
import type { Settings } from '../settings/schema.ts';

/** Tag by image name: the base, and one for each image of the machines table that the settings use. */
export type ImageTags = ReadonlyMap<string, string>;

/** Parts of a role that travel in the bundle, never in an image. */
const inBundle = /^roles\/(?:[^/]+\/(?:(?:root|run|variants)\/|(?!provision)[a-z-]+\.sh$)|base\/machine$)/;

/**
 * A tag for each image: a hash over the files it is built from and over its base's tag. The same files: the same tag, and no build.
 * `sources`: path below docker/ → content; `from`: where what they are made of comes from.
 */
export function imageTags(
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  from: 'registry' | 'packages',
): ImageTags {
  const tag = (folders: readonly string[], seed: string, files = ['versions.env']) => {
    const hash = createHash('sha256').update(seed);
    for (const [path, bytes] of sources) {
      const part = folders.some((folder) => path.startsWith(`${folder}/`)) && !inBundle.test(path);
      if (part || files.includes(path)) hash.update(`${path}\0`).update(bytes);
    }
    return hash.digest('hex').slice(0, 12);
  };
  const base = tag(['machines/base', 'roles/base'], from);
  const tags = new Map([
    ['base', base],
    ['loader', tag(['loader'], base, ['versions.env', 'roles/base/tree-digest.sh'])],
  ]);
  for (const { image, roles, optional = {} } of usedMachines(settings)) {
    const folders = [...roles, ...Object.keys(optional)].map((role) => `roles/${role}`);
    tags.set(image, tag([`machines/${image}`, ...folders], base));
  }
  return tags;
}
