/** `.bootdev` as a clone may have brought it: nothing of it is believed that bootdev did not write itself. */
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { makeFolder } from '../io/files.ts';
import { isTracked } from '../io/guard/git-index.ts';
import { refuseLinks } from '../io/guard/links.ts';
import { sweep } from '../io/temporary.ts';
import { paths } from './paths.ts';

/** Makes the folder of an environment. Throws UserError where `.bootdev` is in git, leads elsewhere by a link, or cannot be written. */
export async function openOwnFolder(dir: string, env: string): Promise<void> {
  const { settings: _, ...own } = paths(dir, env);
  if (await isTracked(dir, '.bootdev')) {
    throw new UserError(`${own.own} is in git: what this computer remembers and runs came from whoever committed it.`, {
      hint: 'git rm -r --cached --quiet .bootdev && rm -r .bootdev && echo .bootdev/ >> .gitignore   (then commit; bootdev makes its own)',
    });
  }
  for (const path of Object.values(own)) await refuseLinks(path);
  await makeFolder(join(own.own, env));
  for (const folder of [dir, own.own, join(own.own, env)]) await sweep(folder);
}
