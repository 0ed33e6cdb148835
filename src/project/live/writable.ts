import { join, relative, sep } from 'node:path';
import { UserError } from '../../errors.ts';
import { exists, isFolder, realPath } from '../../io/files.ts';
import { isLink, named, placeholder } from '../../io/folder.ts';

/** A mount as compose writes it. */
export type Mount =
  | { type: 'bind'; source: string; target: string; read_only?: true; bind: { create_host_path: false } }
  | { type: 'tmpfs'; target: string };

/** What decides what bootdev does on this computer. */
const ours = {
  ...{ 'bootdev.yaml': 'file', 'bootdev.local.yaml': 'file', 'bootdev.lock': 'file' },
  bootdev: 'folder',
} as const satisfies Record<string, 'file' | 'folder'>;

/** Where the code is on a machine. */
const mount = '/srv/code/current';

/**
 * The folder for a program that may write there, except for what would later run or decide something on this computer: the project's
 * settings and own files, and every `.git` in it (hooks, and programs that its configuration names; a submodule has a file). `.bootdev` is
 * not seen at all. `free`: takes away what had to be made, since nothing can be mounted where nothing is. Throws UserError.
 */
export async function writableFolder(
  dir: string,
  folder: string,
): Promise<{ mounts: Mount[]; free: () => Promise<void> }> {
  const project = relative(folder, await realPath(dir));
  const isInside = project !== '..' && !project.startsWith(`..${sep}`);
  const repositories = named(folder, '.git', '.bootdev');
  const settings = isInside ? Object.keys(ours).map((name) => join(project, name)) : [];
  for (const path of [...settings, ...repositories]) await refuseLink(folder, path);
  const made = isInside ? await fillGaps(join(folder, project)) : [];
  const own = join(project, '.bootdev');
  return {
    mounts: [
      { type: 'bind', source: folder, target: mount, bind: { create_host_path: false } },
      ...[...settings, ...repositories].map((path) => readOnly(folder, path)),
      ...(isInside && (await isFolder(join(folder, own)))
        ? [{ type: 'tmpfs' as const, target: join(mount, own) }]
        : []),
    ],
    free: async () => {
      for (const remove of made) await remove();
    },
  };
}

async function fillGaps(project: string): Promise<(() => Promise<void>)[]> {
  const made = [];
  for (const [name, type] of Object.entries(ours)) {
    if (!(await exists(join(project, name)))) made.push(await placeholder(join(project, name), type));
  }
  return made;
}

/** What is mounted on a link is mounted on what it leads to; the link itself could be replaced. */
async function refuseLink(folder: string, path: string): Promise<void> {
  if (!(await isLink(join(folder, path)))) return;
  throw new UserError(`${join(folder, path)} is a link, and no tool could be kept from replacing it.`, {
    hint: 'put a file or a folder in its place',
  });
}

const readOnly = (folder: string, path: string): Mount => ({
  type: 'bind',
  source: join(folder, path),
  target: join(mount, path),
  read_only: true,
  bind: { create_host_path: false },
});
