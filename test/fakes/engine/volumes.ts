/** Volumes, and what docker/loader does with them. */
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { sha256, treeManifest } from '../../../src/bundle/digest.ts';
import type { TreeEntry } from '../../../src/bundle/files.ts';
import { manifestEntries } from '../../../src/bundle/manifest.ts';

export interface FakeVolume {
  /** bootdev-shop-1a2b3c_bundle */
  name: string;
  project: string;
  /** As the compose files call it. */
  key: string;
  files: Map<string, Buffer>;
}

type Files = Map<string, Pick<TreeEntry, 'mode' | 'bytes'>>;

const digestOf = (tree: Files) => sha256(treeManifest([...tree].map(([path, file]) => ({ path, ...file }))));

/**
 * Reads the tar as the loader does: things side by side, each tree checked against its name, then the switches. `at`: a volume by its
 * mount point. Returns the exit code.
 */
export async function load(tar: Uint8Array, at: (mount: string) => Map<string, Buffer>, now: Date): Promise<number> {
  const incoming = await unpack(tar);
  const bundle = at('/bundle');
  const code = at('/code');
  for (const [digest, tree] of trees(incoming, 'bundle')) {
    if (digestOf(tree) !== digest) return damaged;
    bundle.set(`${digest}.manifest`, incoming.get(`bundle/${digest}.manifest`)?.bytes ?? Buffer.alloc(0));
    for (const [path, { bytes }] of tree) bundle.set(`${digest}/${path}`, bytes);
  }
  for (const [path, { bytes }] of below(incoming, 'targets/')) bundle.set(`targets/${path}`, bytes);
  for (const [path] of below(incoming, 'releases/').filter(([each]) => /^[0-9a-f]{64}\.manifest$/.test(each))) {
    const loaded = loadRelease(path.replace('.manifest', ''), incoming, code);
    if (loaded !== 0) return loaded;
  }
  for (const [name, { bytes }] of below(incoming, 'secrets/'))
    if (bytes.length > 0) at('/secrets/app').set(name, bytes);
    else at('/secrets/app').delete(name);
  const names = incoming.get('names');
  if (names) renewCertificate(at('/secrets/lb'), names.bytes.toString(), now);
  for (const [kind, { bytes }] of below(incoming, 'desired/')) bundle.set(`desired/${kind}`, bytes);
  const release = incoming.get('release');
  if (release && !code.has(`releases/${release.bytes}.manifest`)) return lacking;
  if (release) code.set('current', release.bytes);
  return 0;
}

const damaged = 65;
/** The release that this one is a change of is not here. */
const lacking = 75;

/** What arrived, and of its base what stays. Modes are in the manifest alone. */
function loadRelease(digest: string, incoming: Files, code: Map<string, Buffer>): number {
  const manifest = incoming.get(`releases/${digest}.manifest`)?.bytes ?? Buffer.alloc(0);
  const base = incoming.get(`releases/${digest}.base`)?.bytes;
  if (base && !code.has(`releases/${base}.manifest`)) return lacking;
  for (const { sha256: expected, path } of manifestEntries([manifest])) {
    const arrived = incoming.get(`releases/${digest}/${path}`)?.bytes;
    const bytes = arrived ?? code.get(`releases/${base}/${path}`);
    if (!bytes || sha256(bytes) !== expected) return damaged;
    code.set(`releases/${digest}/${path}`, bytes);
  }
  const folder = `releases/${digest}/`;
  for (const [path, { bytes }] of below(incoming, folder)) if (path.endsWith('/')) code.set(folder + path, bytes);
  code.set(`releases/${digest}.manifest`, manifest);
  return sha256(manifest) === digest ? 0 : damaged;
}

/** Its text is for whom it is and until when; kept while the names stay and 30 days are left. */
function renewCertificate(secrets: Map<string, Buffer>, names: string, now: Date): void {
  const [until = '', ...rest] = secrets.get('site.pem')?.toString().split('\n') ?? [];
  const left = (new Date(until).getTime() - now.getTime()) / 86_400_000;
  if (rest.join('\n') === names && left > 30) return;
  const end = new Date(now.getTime() + 397 * 86_400_000);
  secrets.set('site.pem', Buffer.from(`${end.toISOString()}\n${names}`));
}

export async function unpack(tar: Uint8Array): Promise<Files> {
  const files: Files = new Map();
  const reader = extract();
  reader.end(Buffer.from(tar));
  for await (const entry of reader) {
    const { name, type, mode, linkname } = entry.header;
    const content = await buffer(entry);
    files.set(
      name,
      type === 'symlink'
        ? { mode: '120000', bytes: Buffer.from(linkname ?? '') }
        : { mode: (mode ?? 0) & 0o100 ? '0755' : '0644', bytes: content },
    );
  }
  return files;
}

/** The trees `folder/<digest>/…` of an archive. */
function trees(files: Files, folder: string): Map<string, Files> {
  const found = new Map<string, Files>();
  for (const [path, file] of below(files, `${folder}/`)) {
    const [digest = '', ...rest] = path.split('/');
    if (rest.length > 0) found.set(digest, (found.get(digest) ?? new Map()).set(rest.join('/'), file));
  }
  return found;
}

const below = <Value>(files: ReadonlyMap<string, Value>, folder: string) =>
  [...files]
    .filter(([path]) => path.startsWith(folder))
    .map(([path, file]) => [path.slice(folder.length), file] as const);
