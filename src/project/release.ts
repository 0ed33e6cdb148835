import { join } from 'node:path';
import { byPath, sha256, treeManifest } from '../bundle/digest.ts';
import { type TreeEntry, treeFile } from '../bundle/files.ts';
import { UserError } from '../errors.ts';
import { readBytes } from '../io/files.ts';
import { list, readLink } from '../io/folder.ts';
import type { Settings } from '../settings/schema.ts';
import { readApplication } from './applications.ts';

/** A site's code: what its digest is taken over, and the entries themselves. */
export interface Release {
  digest: string;
  manifest: Buffer;
  entries: ReleaseEntry[];
}
type ReleaseEntry = TreeEntry & { path: string };

/** Never part of a site. */
const ignored = new Set(['.git', '.bootdev', 'node_modules', 'bootdev.yaml', 'bootdev.local.yaml']);

/** The code that `code.path` names, or the application's own. Modes are normal ones whatever the user's umask. Throws UserError when there is none. */
export async function readRelease(
  dir: string,
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
): Promise<Release> {
  const { path, docroot } = settings.code;
  const entries = path ? await readTree(join(dir, path)) : ofApplication(settings, sources);
  if (!entries.some((entry) => docroot === '' || entry.path.startsWith(`${docroot}/`))) {
    throw new UserError(`code.path: there is no code in ${path}${docroot ? `/${docroot}` : ''}.`, {
      hint: 'set code.path to the folder that holds the site, and code.docroot to the folder of index.php below it',
    });
  }
  entries.sort(byPath);
  const manifest = treeManifest(entries);
  return { digest: sha256(manifest), manifest, entries };
}

function ofApplication({ application }: Settings, sources: ReadonlyMap<string, Buffer>): ReleaseEntry[] {
  const folder = `${readApplication(application, sources).code}/`;
  return [...sources]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => ({ path: path.slice(folder.length), mode: '0644' as const, bytes }));
}

async function readTree(root: string, below = ''): Promise<ReleaseEntry[]> {
  const listed = await list(join(root, below)).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`code.path: ${join(root, below)} cannot be read (${error.code}).`, {
      hint: 'set code.path to a folder relative to bootdev.yaml',
    });
  });
  const found: ReleaseEntry[] = [];
  for (const { name, type } of listed) {
    if (ignored.has(name)) continue;
    const path = below ? `${below}/${name}` : name;
    if (name.includes('\n')) throw lineBreak(path);
    const at = join(root, path);
    if (type === 'folder') found.push(...(await readTree(root, path)));
    else if (type === 'link') found.push({ path, mode: '120000', bytes: Buffer.from(await readLink(at)) });
    else if (type === 'file') found.push({ path, ...treeFile(await readBytes(at)) });
  }
  return found;
}

/** The digest is taken over lines. */
const lineBreak = (path: string) =>
  new UserError(`code.path: the name ${JSON.stringify(path)} has a line break in it.`, { hint: 'rename this file' });
