import { treeManifest } from '../bundle/digest.ts';
import { treeFile } from '../bundle/files.ts';
import { digestOf, type Manifest, manifestEntries, withoutPaths } from '../bundle/manifest.ts';
import { UserError } from '../errors.ts';
import { toBytes, toText } from '../io/tree.ts';
import type { Settings } from '../settings/schema.ts';
import { readApplication } from './applications.ts';
import { type CodeFolder, codeFolder } from './code-folder.ts';
import { type Read, reader } from './release/contents.ts';
import { requireDeployed } from './release/deployed.ts';
import { leadingOut, resolveLink } from './release/links-out.ts';
import { walk } from './release/walk.ts';

/** A site's code: what its digest is taken over. Its contents are read again when they are delivered. */
export interface Release {
  digest: string;
  manifest: readonly Buffer[];
  files: number;
  bytes: number;
  read: Read;
  /** Folders with nothing in them: delivered, and in no digest (docs/decisions/0016-releases.md). Bytes, as src/io/tree.ts has them. */
  emptyFolders: readonly string[];
  /** Where it was taken from: absent for the sample. */
  folder?: CodeFolder;
  /** What was left where it is: keys, files of a home, links that lead out of the code. */
  leftOut: string[];
}

interface ReadOptions {
  /** The user said himself where the code is, so it may be outside the project. */
  ownChoice?: boolean;
  signal?: AbortSignal;
}

/**
 * The code that `code.path` names, or the application's own. Modes are normal ones whatever the user's umask. Throws UserError when there
 * is none.
 */
export async function readRelease(
  dir: string,
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
  { ownChoice = false, signal }: ReadOptions = {},
): Promise<Release> {
  const { path, docroot } = settings.code;
  requireDeployed(settings);
  const { links, ...release } = path
    ? await ofFolder(await codeFolder(dir, path, ownChoice), signal)
    : ofApplication(settings, sources);
  const served = resolveLink(toBytes(docroot), links);
  const isServed = (each: string) => served === '' || each.startsWith(`${served}/`);
  if (!has(release.manifest, isServed)) {
    throw new UserError(`code.path: there is no code in ${path}${docroot ? `/${docroot}` : ''}.`, {
      hint: 'set code.path to the folder that holds the site, and code.docroot to the folder of index.php below it',
    });
  }
  return { ...release, digest: digestOf(release.manifest) };
}

type Undigested = Omit<Release, 'digest'> & { links: ReadonlyMap<string, string> };

async function ofFolder(folder: CodeFolder, signal: AbortSignal | undefined): Promise<Undigested> {
  const walked = await walk(folder.path, signal);
  const leading = leadingOut(walked.links);
  const leftOut = [...walked.leftOut, ...[...leading].map(toText)];
  const manifest = leading.size > 0 ? withoutPaths(walked.manifest, leading) : walked.manifest;
  return { ...walked, manifest, leftOut, folder, read: reader(folder.path) };
}

function ofApplication({ application }: Settings, sources: ReadonlyMap<string, Buffer>): Undigested {
  const folder = `${readApplication(application, sources).code}/`;
  const entries = [...sources]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => ({ path: path.slice(folder.length), ...treeFile(bytes) }));
  const contents = new Map(entries.map(({ path, bytes }) => [toBytes(path), bytes]));
  return {
    manifest: [treeManifest(entries)],
    files: entries.length,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes.length, 0),
    read: ({ path }) => ({ bytes: contents.get(path) ?? Buffer.alloc(0) }),
    links: new Map(),
    emptyFolders: [],
    leftOut: [],
  };
}

/** Is there a file or a link of such a name? */
function has(manifest: Manifest, isIt: (path: string) => boolean): boolean {
  for (const { path } of manifestEntries(manifest)) if (isIt(path)) return true;
  return false;
}

/** From here on a person is told how much is taken: more than a large application with its dependencies has. */
const large = { files: 30_000, megabytes: 500 };

/** What is taken, in words, where it is more or other than somebody who reads bootdev.yaml expects. */
export function releaseNote({ files, bytes, folder, leftOut }: Release): string | undefined {
  const megabytes = bytes / 1e6;
  const isLarge = files > large.files || megabytes > large.megabytes;
  if (!folder || !(folder.outside || isLarge || leftOut.length > 0)) return undefined;
  const size = `${files} files, ${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
  const place = folder.outside ? ', outside the project' : '';
  const names = leftOut.slice(0, 5).join(', ');
  const rest = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return `${folder.path} (${size}${place})${names ? `; not taken: ${names}${rest}` : ''}`;
}

/** Where the folder that visitors reach is the whole project: what a deny list does not know is served. */
export function openDocroot({ code }: Pick<Settings, 'code'>, { manifest }: Release) {
  if (code.docroot !== '' || !has(manifest, (path) => path === 'composer.json')) return undefined;
  return openDocrootWarning;
}

export const openDocrootWarning = {
  text: 'Visitors reach the whole code folder, composer.json is in it, and nginx can only deny what it knows.',
  hint: 'name the folder of index.php, where it has one of its own: code.docroot in bootdev.yaml',
};
