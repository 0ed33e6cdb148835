import { UserError } from '../errors.ts';
import type { Kind } from '../machines/table.ts';
import type { Packages } from './artifacts.ts';

/** Where collected packages are kept. */
export interface PackageStore {
  read: (name: string) => Promise<Buffer | undefined>;
}

/** The packages of one kind of machine, as the replica's image has them. */
export async function packages(kind: Kind, store: PackageStore): Promise<Packages> {
  const { sha256 } = await import('../bundle/digest.ts');
  const manifest = (await store.read(`${kind}.manifest`))?.toString('utf8');
  if (manifest === undefined) {
    throw new UserError(`The packages of ${kind} are not collected yet.`, { hint: 'bootdev up' });
  }
  const tar = async () => (await store.read(`${kind}.tar`)) ?? Buffer.alloc(0);
  return { digest: sha256(manifest), manifest, tar };
}
