import { createHash } from 'node:crypto';
import { usedMachines } from '../machines/table.ts';
import type { Settings } from '../settings/schema.ts';
import { ownRows } from './lock/closure.ts';
import type { Architecture, Lock } from './lock/lock.ts';

/** Tag by image name: the base, one for each image of the machines table that the settings use, and those made when they are asked for. */
export type ImageTags = ReadonlyMap<string, string>;

/** No machine of AWS is made of these: they are made when they are first asked for. */
export type OnDemand = 'builder' | 'xdebug';
export const isOnDemand = (image: string): image is OnDemand => image === 'builder' || image === 'xdebug';

/** Parts of a role that travel in the bundle, never in an image. */
const inBundle = /^roles\/(?:[^/]+\/(?:(?:root|run|variants)\/|(?!provision)[a-z-]+\.sh$)|base\/machine$)/;

/** The lock, and the engine's architecture. */
export interface Locking {
  lock: Lock;
  architecture: Architecture;
}

/**
 * A tag for each image: a hash over the files it is built from, over what bootdev.lock has of it, and over its base's tag. The same: the
 * same tag, and no build. `sources`: path below docker/ → content; `from`: where what they are made of comes from.
 */
export function imageTags(
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  from: 'registry' | 'packages',
  locking?: Locking,
): ImageTags {
  const tag = (folders: readonly string[], seed: string, names: readonly string[] = [], files = ['versions.env']) => {
    const hash = createHash('sha256').update(seed).update(lockedText(names, locking));
    for (const [path, bytes] of sources) {
      const part = folders.some((folder) => path.startsWith(`${folder}/`)) && !inBundle.test(path);
      if (part || files.includes(path)) hash.update(`${path}\0`).update(bytes);
    }
    return hash.digest('hex').slice(0, 12);
  };
  const base = tag(['machines/base', 'roles/base'], from, ['debian', 'base']);
  const tags = new Map([
    ['base', base],
    [
      'builder',
      tag(
        ['builder', 'roles/php-cli', 'roles/db-client', 'roles/sendmail', 'roles/gluster-client', 'roles/xdebug'],
        base,
      ),
    ],
    ['loader', tag(['loader'], base, [], ['versions.env', 'roles/base/tree-digest.sh'])],
  ]);
  // Several kinds may share an image: it is made for all of them.
  const rolesOf = new Map<string, Set<string>>();
  for (const { image, roles, optional = {} } of usedMachines(settings))
    rolesOf.set(image, new Set([...(rolesOf.get(image) ?? []), ...roles, ...Object.keys(optional)]));
  for (const [image, roles] of rolesOf) {
    const folders = [`machines/${image}`, ...[...roles].map((role) => `roles/${role}`)];
    tags.set(image, tag(folders, base, [image, `${image}-build`]));
  }
  tags.set('xdebug', tag(['machines/xdebug', 'roles/xdebug'], tags.get('web') ?? ''));
  return tags;
}

/** What is not locked has none: its tag is as without a lock. */
function lockedText(names: readonly string[], locking?: Locking): string {
  if (!locking) return '';
  const rows = names.flatMap((name) => ownRows(locking.lock, locking.architecture, name));
  return rows
    .map(({ name, version, sha256 }) => `${name} ${version} ${sha256}\n`)
    .sort()
    .join('');
}
