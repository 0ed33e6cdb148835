import { resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import { realPath } from '../io/files.ts';
import { isTracked } from '../io/guard/git-index.ts';
import type { Loaded } from '../settings/load.ts';

export interface CodeFolder {
  /** The real one, no link in it. */
  path: string;
  outside: boolean;
}

/**
 * Whether code.path was said by the person at this computer: by a flag, the environment, the user's file or a bootdev.local.yaml
 * that git does not track. Whoever wrote bootdev.yaml may have wished for the user's home.
 */
export async function isOwnChoice(dir: string, { origin }: Pick<Loaded, 'origin'>): Promise<boolean> {
  const layer = origin.get('code.path')?.layer;
  if (layer === 'local') return !(await isTracked(dir, 'bootdev.local.yaml'));
  return layer === 'flag' || layer === 'environment' || layer === 'user';
}

/** Where `code.path` leads, links included. Throws UserError where that is outside the project and not the user's own choice. */
export async function codeFolder(dir: string, path: string, ownChoice: boolean): Promise<CodeFolder> {
  const place = resolve(dir, path);
  const real = await realPath(place).catch(() => place);
  const project = await realPath(dir);
  const outside = real !== project && !real.startsWith(project.endsWith(sep) ? project : `${project}${sep}`);
  if (!outside || ownChoice) return { path: real, outside };
  throw new UserError(`code.path: ${path} leads out of the project, to ${real}.`, {
    hint: `if that is your own code, say so where no clone can: bootdev up --set code.path=${path}, or in bootdev.local.yaml`,
  });
}
