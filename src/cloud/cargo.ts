import { bundle as makeBundle } from '../bundle/bundle.ts';
import { sha256 } from '../bundle/digest.ts';
import type { Kind } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { release as readRelease } from '../project/release.ts';
import type { Settings } from '../settings/schema.ts';
import { artifacts, type Packages } from './artifacts.ts';
import type { Cargo } from './cloud.ts';
import { instanceKinds } from './parameters.ts';
import type { Architecture } from './sizes.ts';

export interface Bringing {
  /** Of the file, not what this computer's replica made of them. */
  settings: Settings;
  context: Pick<Context, 'dir' | 'sources'>;
  architecture: Architecture;
  packages: (kind: Kind) => Promise<Packages>;
}

/** Everything that instances will fetch, by digest. The bytes are made only when they are to be uploaded. */
export async function cargo({ settings, context, architecture, packages }: Bringing): Promise<Cargo> {
  const { docker } = context.sources;
  const bundle = makeBundle(settings, docker);
  const kinds = instanceKinds.map(({ kind }) => kind).filter((kind) => bundle.machines.has(kind));
  const [release, collected] = await Promise.all([
    readRelease(context.dir, settings, docker),
    Promise.all(kinds.map(async (kind) => [kind, await packages(kind)] as const)),
  ]);
  const bytes = docker.get('instance/boot') ?? Buffer.alloc(0);
  const boot = { digest: sha256(bytes), bytes };
  const all = new Map<Kind, Packages>(collected);
  return {
    architecture,
    root: bundle.root,
    bundles: new Map([...bundle.machines].map(([kind, { digest }]) => [kind, digest])),
    packages: new Map(collected.map(([kind, { digest }]) => [kind, digest])),
    release: release.digest,
    databaseVersion: series(docker.get('versions.env')?.toString() ?? '', settings.database.engine),
    boot: boot.digest,
    artifacts: artifacts({ bundle, release, packages: all, boot }),
  };
}

/** MYSQL_SERIES=9.7 → 9.7 */
const series = (versions: string, engine: string) =>
  new RegExp(`^${engine.toUpperCase()}_SERIES=(.*)$`, 'm').exec(versions)?.[1] ?? '';
