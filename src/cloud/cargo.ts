import { bundle as makeBundle } from '../bundle/bundle.ts';
import { sha256 } from '../bundle/digest.ts';
import type { Event } from '../events.ts';
import type { Kind } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { release as readRelease } from '../project/release.ts';
import type { Settings } from '../settings/schema.ts';
import { artifacts } from './artifacts.ts';
import type { Cargo } from './cloud.ts';
import type { Packages } from './packages.ts';
import type { Architecture } from './sizes.ts';

export interface Bringing {
  /** Of the file, not what this computer's replica made of them. */
  settings: Settings;
  context: Pick<Context, 'dir' | 'sources'>;
  architecture: Architecture;
  /** Out of the replica's images; said when it takes a while. */
  packages: AsyncGenerator<Event, ReadonlyMap<Kind, Packages>>;
}

/** Everything that instances will fetch, by digest. The bytes are made only when they are to be uploaded. */
export async function* cargo(bringing: Bringing): AsyncGenerator<Event, Cargo> {
  const { settings, context, architecture } = bringing;
  const { docker } = context.sources;
  const bundle = makeBundle(settings, docker);
  const release = await readRelease(context.dir, settings, docker);
  const packages = yield* bringing.packages;
  const bytes = docker.get('instance/boot');
  if (!bytes) throw new Error('docker/instance/boot is not in the package');
  const boot = { digest: sha256(bytes), bytes };
  return {
    architecture,
    root: bundle.root,
    bundles: new Map([...bundle.machines].map(([kind, { digest }]) => [kind, digest])),
    packages: new Map([...packages].map(([kind, { digest }]) => [kind, digest])),
    release: release.digest,
    databaseVersion: series(docker.get('versions.env')?.toString() ?? '', settings.database.engine),
    boot: boot.digest,
    artifacts: artifacts({ bundle, release, packages, boot }),
  };
}

/** MYSQL_SERIES=9.7 → 9.7 */
const series = (versions: string, engine: string) =>
  new RegExp(`^${engine.toUpperCase()}_SERIES=(.*)$`, 'm').exec(versions)?.[1] ?? '';
