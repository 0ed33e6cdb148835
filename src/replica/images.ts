import { createHash } from 'node:crypto';
import { type Kind, machines } from '../machines/table.ts';

/** What compose.yaml builds: the base, then one image a kind of machine. */
export type ImageName = 'base' | Kind;

/** Parts of a role that travel in the bundle, never in an image. */
const inBundle = /^[^/]+\/(root|run|apps|choices)\/|\/(apply|health)\.sh$|README\.md$|^base\/machine$/;

/**
 * A tag for each image: a hash over the files it is built from and over its base's tag. The same files: the same tag, and no build.
 * `sources`: path below docker/ → content; `from`: where what they are made of comes from.
 */
export function imageTags(
  sources: ReadonlyMap<string, Buffer>,
  from: 'registry' | 'packages',
): Record<ImageName, string> {
  const tag = (folders: readonly string[], seed: string) => {
    const hash = createHash('sha256').update(seed);
    for (const [path, bytes] of sources) {
      const folder = path.split('/')[0] as string;
      if ((folders.includes(folder) && !inBundle.test(path)) || path === 'versions.env')
        hash.update(`${path}\0`).update(bytes);
    }
    return hash.digest('hex').slice(0, 12);
  };
  const baseTag = tag(['base'], from);
  const own = machines.map(({ kind, roles }) => [kind, tag([kind, ...roles], baseTag)]);
  return { base: baseTag, ...Object.fromEntries(own) };
}
