import { pack } from 'tar-stream';
import type { TreeEntry } from './files.ts';

export type TarEntry = TreeEntry & { path: string };

/** Entries in their order as a tar. Same entries, same bytes: no times, no owners. */
export async function makeTar(entries: Iterable<TarEntry>): Promise<Buffer> {
  const tar = pack();
  for (const { path, mode, bytes } of entries) {
    const header = { name: path, mtime: new Date(0), uid: 0, gid: 0 };
    if (mode === '120000') tar.entry({ ...header, type: 'symlink', linkname: bytes.toString() });
    else tar.entry({ ...header, mode: Number.parseInt(mode, 8) }, bytes);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
