import { join, sep } from 'node:path';
import { UserError } from '../../errors.ts';
import { home } from '../../io/environment/home.ts';
import { exists, isFolder, realPath } from '../../io/files.ts';
import { identityOf } from '../../io/folder.ts';
import type { Settings } from '../../settings/schema.ts';
import { type CodeFolder, codeFolder } from '../code-folder.ts';

/** The user's own folder as the machines see it. */
export interface LiveFolder extends CodeFolder {
  /** Another one: the folder was replaced, or has another owner, and what is mounted is the old one. */
  id: string;
}

const release = 'bootdev up --set code.mode=release';

/** The folder that `code.path` names, to be mounted. Its files are not read. Throws UserError where it cannot or must not be mounted. */
export async function liveFolder(dir: string, { code }: Settings, ownChoice: boolean): Promise<LiveFolder> {
  const folder = await codeFolder(dir, code.path, ownChoice);
  const { path } = folder;
  const id = await identityOf(path);
  if (id === undefined || !(await isFolder(join(path, code.docroot)))) {
    throw new UserError(`code.path: there is no folder ${join(path, code.docroot)}.`, {
      hint: 'set code.path to the folder that holds the site, and code.docroot to the folder of index.php below it',
    });
  }
  if (await isPrivate(path)) {
    throw new UserError(`code.path: ${path} is a home, or holds one: live, the site would read all of it.`, {
      hint: `put the site in a folder of its own; a release leaves keys and sign-ins out: ${release}`,
    });
  }
  // The variables of compose are lines of text.
  if (/[\p{Cc}'\\]/u.test(path)) {
    throw new UserError(`code.path: ${JSON.stringify(path)} has a quote, a backslash or a control character in it.`, {
      hint: `rename the folder, or: ${release}`,
    });
  }
  return { ...folder, id };
}

/** A release takes what looks like a site from such a folder; a mount cannot choose. */
async function isPrivate(path: string): Promise<boolean> {
  const own = await realPath(home()).catch(home);
  const holds = (inner: string) => inner === path || inner.startsWith(path.endsWith(sep) ? path : `${path}${sep}`);
  return holds(own) || exists(join(path, '.ssh'));
}

/** Where the folder that visitors reach is the whole project, as `openDocroot` says it of a release. */
export const hasOpenDocroot = async ({ code }: Settings, { path }: LiveFolder) =>
  code.docroot === '' && exists(join(path, 'composer.json'));
