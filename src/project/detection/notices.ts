/** What of the code the machines serve in another way than it may expect: each application's app.yaml says by which file. Pure but for the reader. */
import { posix } from 'node:path';
import type { Settings } from '../../settings/schema.ts';
import { valueAt } from '../../settings/tree.ts';
import type { Application } from '../applications.ts';
import type { Missing } from '../composer/platform.ts';
import type { Folder } from './folder.ts';

/** `settings`: those of the project, where there are any yet. */
export async function noticesOf(
  { notices }: Application,
  docroot: string,
  folder: Folder,
  settings?: Settings,
): Promise<Missing[]> {
  const all = notices.map(async ({ files, besides, pattern, unless, text, hint }) => {
    if (Object.entries(unless).some(([path, value]) => valueAt(settings, path) === value)) return [];
    const paths = await Promise.all(files.map((file) => pathsOf(posix.join(docroot, file), besides, folder)));
    const said = await Promise.all(
      paths.flat().map(async (path) => {
        const content = await folder.read(path);
        return content !== undefined && new RegExp(pattern).test(content) ? [path] : [];
      }),
    );
    const found = said.flat();
    const [first, second, ...others] = found;
    if (first === undefined) return [];
    const named = [first, ...(second ? [second] : []), ...(others.length > 0 ? [`${others.length} more`] : [])];
    return [{ text: `${named.join(', ')}: ${text}`, hint }];
  });
  return (await Promise.all(all)).flat();
}

/** A folder's name in the place of `*`. */
async function pathsOf(file: string, besides: readonly string[], { list }: Folder): Promise<string[]> {
  if (file.startsWith('../')) return []; // above all of the code
  const [before, after] = file.split('/*/');
  if (before === undefined || after === undefined) return [file];
  const names = (await list(before)).filter((name) => !besides.includes(name));
  return names.sort().map((name) => `${before}/${name}/${after}`);
}
