import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../bundle/digest.ts';
import { UserError } from '../errors.ts';
import type { Settings } from '../settings/schema.ts';

/** A site's code as it travels: what the digest is taken over, then the entries themselves. */
export interface Release {
  digest: string;
  manifest: string;
  entries: ReleaseEntry[];
}
interface ReleaseEntry {
  path: string;
  mode: '0644' | '0755' | '120000';
  /** File content; for a symlink its target. */
  bytes: Buffer;
}

/** Never part of a site. */
const ignored = new Set(['.git', '.bootdev', 'node_modules', 'bootdev.yaml', 'bootdev.local.yaml']);

/** The code that `code.path` names, or the sample. Modes are normal ones whatever the user's umask. Throws UserError when there is none. */
export async function readRelease(
  dir: string,
  settings: Settings,
  sources: ReadonlyMap<string, Buffer>,
): Promise<Release> {
  const { path, docroot } = settings.code;
  const entries = path ? await readTree(join(dir, path)) : sample(sources);
  if (!entries.some((entry) => docroot === '' || entry.path.startsWith(`${docroot}/`))) {
    throw new UserError(`code.path: there is no code in ${path}${docroot ? `/${docroot}` : ''}.`, {
      hint: 'set code.path to the folder that holds the site, and code.docroot to the folder of index.php below it',
    });
  }
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const manifest = entries.map((entry) => `${entry.mode} ${sha256(entry.bytes)} ${entry.path}\n`).join('');
  return { digest: sha256(manifest), manifest, entries };
}

function sample(sources: ReadonlyMap<string, Buffer>): ReleaseEntry[] {
  const folder = 'sample-site/';
  return [...sources]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, bytes]) => ({ path: path.slice(folder.length), mode: '0644' as const, bytes }));
}

async function readTree(root: string, below = ''): Promise<ReleaseEntry[]> {
  const listed = await readdir(join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`code.path: ${join(root, below)} cannot be read (${error.code}).`, {
      hint: 'set code.path to a folder relative to bootdev.yaml',
    });
  });
  const found: ReleaseEntry[] = [];
  for (const item of listed) {
    const path = below ? `${below}/${item.name}` : item.name;
    if (ignored.has(item.name)) continue;
    if (item.isDirectory()) found.push(...(await readTree(root, path)));
    else if (item.isSymbolicLink())
      found.push({ path, mode: '120000', bytes: Buffer.from(await readlink(join(root, path))) });
    else if (item.isFile()) {
      const bytes = await readFile(join(root, path));
      found.push({ path, mode: bytes.subarray(0, 2).toString('latin1') === '#!' ? '0755' : '0644', bytes });
    }
  }
  return found;
}
