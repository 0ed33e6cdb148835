import { join } from 'node:path';
import { byPath, sha256, treeManifest } from '../bundle/digest.ts';
import { type TreeEntry, treeFile } from '../bundle/files.ts';
import { UserError } from '../errors.ts';
import { readBytes } from '../io/files.ts';
import { list, readLink } from '../io/folder.ts';
import type { Settings } from '../settings/schema.ts';
import { readApplication } from './applications.ts';
import { type CodeFolder, codeFolder } from './code-folder.ts';
import { leadingOut } from './links-out.ts';
import { isNotTheSite, isPersonal } from './never-part.ts';

/** A site's code: what its digest is taken over, and the entries themselves. */
export interface Release {
  digest: string;
  manifest: Buffer;
  entries: ReleaseEntry[];
  /** Where it was taken from: absent for the sample. */
  folder?: CodeFolder;
  /** What was left where it is: keys, files of a home, links that lead out of the code. */
  leftOut: string[];
}
export type ReleaseEntry = TreeEntry & { path: string };

/**
 * The code that `code.path` names, or the application's own. Modes are normal ones whatever the user's umask. `ownChoice`: the user
 * said himself where it is, so it may be outside the project. Throws UserError when there is none.
 */
export async function readRelease(
  dir: string,
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  ownChoice = false,
): Promise<Release> {
  const { path, docroot } = settings.code;
  const folder = path ? await codeFolder(dir, path, ownChoice) : undefined;
  const leftOut: string[] = [];
  const read = folder ? await readTree(folder.path, leftOut) : ofApplication(settings, sources);
  const leading = leadingOut(read);
  leftOut.push(...leading);
  const entries = read.filter(({ path: each }) => !leading.has(each));
  if (!entries.some((entry) => docroot === '' || entry.path.startsWith(`${docroot}/`))) {
    throw new UserError(`code.path: there is no code in ${path}${docroot ? `/${docroot}` : ''}.`, {
      hint: 'set code.path to the folder that holds the site, and code.docroot to the folder of index.php below it',
    });
  }
  entries.sort(byPath);
  const manifest = treeManifest(entries);
  return { digest: sha256(manifest), manifest, entries, leftOut, ...(folder ? { folder } : {}) };
}

/** From here on a person is told how much is taken: more than a large application with its dependencies has. */
const large = { files: 30_000, megabytes: 500 };

/** What is taken, in words, where it is more or other than somebody who reads bootdev.yaml expects. */
export function releaseNote({ entries, folder, leftOut }: Release): string | undefined {
  const megabytes = entries.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  const isLarge = entries.length > large.files || megabytes > large.megabytes;
  if (!folder || !(folder.outside || isLarge || leftOut.length > 0)) return undefined;
  const size = `${entries.length} files, ${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
  const place = folder.outside ? ', outside the project' : '';
  const names = leftOut.slice(0, 5).join(', ');
  const rest = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return `${folder.path} (${size}${place})${names ? `; not taken: ${names}${rest}` : ''}`;
}

/** Where the folder that visitors reach is the whole project: what a deny list does not know is served. */
export function openDocroot({ code }: Pick<Settings, 'code'>, { entries }: Release) {
  if (code.docroot !== '' || !entries.some(({ path }) => path === 'composer.json')) return undefined;
  return openDocrootWarning;
}

export const openDocrootWarning = {
  text: 'Visitors reach the whole code folder, composer.json is in it, and nginx can only deny what it knows.',
  hint: 'name the folder of index.php, where it has one of its own: code.docroot in bootdev.yaml',
};

function ofApplication({ application }: Settings, sources: ReadonlyMap<string, Buffer>): ReleaseEntry[] {
  const folder = `${readApplication(application, sources).code}/`;
  return [...sources]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => ({ path: path.slice(folder.length), mode: '0644' as const, bytes }));
}

async function readTree(root: string, leftOut: string[], below = ''): Promise<ReleaseEntry[]> {
  const listed = await list(join(root, below)).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`code.path: ${join(root, below)} cannot be read (${error.code}).`, {
      hint: 'set code.path to a folder relative to bootdev.yaml',
    });
  });
  const found: ReleaseEntry[] = [];
  for (const { name, type } of listed) {
    if (isNotTheSite(name)) continue;
    const path = below ? `${below}/${name}` : name;
    if (isPersonal(path)) {
      leftOut.push(path);
      continue;
    }
    if (name.includes('\n')) throw lineBreak(path);
    const at = join(root, path);
    if (type === 'folder') found.push(...(await readTree(root, leftOut, path)));
    else if (type === 'link') found.push({ path, mode: '120000', bytes: Buffer.from(await readLink(at)) });
    else if (type === 'file') found.push({ path, ...treeFile(await readBytes(at)) });
  }
  return found;
}

/** The digest is taken over lines. */
const lineBreak = (path: string) =>
  new UserError(`code.path: the name ${JSON.stringify(path)} has a line break in it.`, { hint: 'rename this file' });
