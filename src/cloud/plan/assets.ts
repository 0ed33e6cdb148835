import { makeBundle } from '../../bundle/bundle.ts';
import { edgeCookies } from '../../bundle/derived.ts';
import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import type { Packages } from '../../images/packages.ts';
import type { Kind } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import { assetChanges } from '../../project/release/versioned.ts';
import { readRelease, releaseNote } from '../../project/release.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Assets } from '../cloud.ts';
import type { Architecture } from '../stacks/sizes.ts';
import { listAssets } from './asset-list.ts';
import { bootProgram } from './boot-program.ts';

export interface AssetSources {
  /** As bootdev.yaml has them, not as this computer's replica uses them. */
  settings: Settings;
  context: Pick<Context, 'dir' | 'sources' | 'own' | 'ownCode'>;
  architecture: Architecture;
  /** Taken out of the replica's images, which may take a while. */
  packages: AsyncGenerator<Event, ReadonlyMap<Kind, Packages>>;
  /** When bootdev.lock was written. */
  locked?: Date | undefined;
}

/** Everything that instances will fetch, by digest. The bytes are made only when they are uploaded. */
export async function* makeAssets(sources: AssetSources): AsyncGenerator<Event, Assets> {
  const { settings, context, architecture } = sources;
  const { docker } = context.sources;
  const bundle = makeBundle(settings, docker, context.own);
  const release = await readRelease(context.dir, settings, docker, { ownChoice: context.ownCode });
  const code = releaseNote(release);
  const packages = yield* sources.packages;
  const bytes = bootProgram(docker);
  const boot = { digest: sha256(bytes), bytes };
  return {
    architecture,
    root: bundle.root,
    bundles: new Map([...bundle.machines].map(([kind, { digest }]) => [kind, digest])),
    packages: new Map([...packages].map(([kind, { digest }]) => [kind, digest])),
    release: release.digest,
    ...(code ? { code } : {}),
    databaseVersion: series(docker.get('versions.env')?.toString() ?? '', settings.database.engine),
    edgeCookies: edgeCookies(settings, docker),
    boot: boot.digest,
    files: listAssets({ bundle, release, packages, boot }),
    versioned: (ledger) => assetChanges(ledger, release, settings.code.docroot, new Date()),
    ...(sources.locked ? { locked: sources.locked } : {}),
  };
}

/** MYSQL_SERIES=9.7 → 9.7 */
const series = (versions: string, engine: string) =>
  new RegExp(`^${engine.toUpperCase()}_SERIES=(.*)$`, 'm').exec(versions)?.[1] ?? '';
