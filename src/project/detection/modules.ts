/** Which modules or plugins the code has: by their files, as app.yaml says where they are, and by composer.lock. Pure but for the reader. */
import { posix } from 'node:path';
import { isTree } from '../../settings/tree.ts';
import type { Application } from '../applications.ts';
import type { Folder } from './folder.ts';

/** A module that the code has, or that composer.lock asks for although its files are not there. */
export interface FoundModule {
  name: string;
  /** Its file or folder below the code; undefined: composer.lock alone has it. */
  at?: string;
}

/** Those of `names` that are there, in that order. */
export async function modulesIn(
  { modules }: Pick<Application, 'modules'>,
  names: readonly string[],
  { folder, docroot }: { folder: Folder; docroot: string },
): Promise<FoundModule[]> {
  if (!modules || names.length === 0) return [];
  const locked = await packagesOf(folder);
  const found = await Promise.all(
    names.map(async (name): Promise<FoundModule[]> => {
      for (const pattern of modules.at) {
        const path = posix.join(docroot, pattern.replaceAll('{name}', name));
        if (await isThere(path, folder)) return [{ name, at: path }];
      }
      return modules.package && locked.has(modules.package.replaceAll('{name}', name)) ? [{ name }] : [];
    }),
  );
  return found.flat();
}

const isThere = async (path: string, { read, list }: Folder) =>
  path.endsWith('/') ? (await list(path)).length > 0 : (await read(path)) !== undefined;

/** The packages that Composer has resolved. */
async function packagesOf({ read }: Folder): Promise<ReadonlySet<string>> {
  try {
    const { packages } = JSON.parse((await read('composer.lock')) ?? '{}') as { packages?: unknown };
    const all = Array.isArray(packages) ? packages : [];
    return new Set(all.map((each: unknown) => (isTree(each) ? String(each.name) : '')));
  } catch {
    return new Set(); // no JSON: Composer will say so
  }
}
