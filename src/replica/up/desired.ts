import type { Bundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import type { Kind, Machine } from '../../machines/table.ts';
import { targetFile } from '../../machines/target.ts';
import type { Context } from '../../project/context.ts';
import { hasOpenDocroot, type LiveFolder, liveFolder } from '../../project/live/live-folder.ts';
import { foldersDigest } from '../../project/release/contents.ts';
import { openDocroot, openDocrootWarning, type Release, readRelease, releaseNote } from '../../project/release.ts';
import type { PortName } from '../../project/state.ts';
import { siteDatabase } from '../database/site-database.ts';
import { engineNotice, otherApplication, unmet } from '../site/application.ts';
import { replicaTarget } from '../target.ts';
import { replicaBundle, replicaKinds, replicaMachines } from '../xdebug/machine.ts';
import { envFile } from './env-file.ts';
import type { Images } from './images.ts';
import { desiredLines } from './loader.ts';
import type { Observed } from './observe.ts';
import { choosePorts } from './ports.ts';

/** The site's code: a release by its digest, or the word `live`, as machines report it. */
type Code =
  | { name: string; release: Release; emptyFolders: string | undefined; live?: never }
  | { name: 'live'; live: LiveFolder; emptyFolders?: never; release?: never };

/** What there should be. */
export interface Desired {
  machines: readonly { name: string; machine: Machine }[];
  images: Images;
  bundle: Bundle;
  /** Target file of each kind. */
  targets: ReadonlyMap<Kind, string>;
  /** For each kind the line "digest target" that its machines boot from. */
  lines: ReadonlyMap<Kind, string>;
  code: Code;
  ports: Record<PortName, number>;
  /** Where each address belongs: wished first at every start. */
  homePorts: Record<PortName, number>;
  /** The variables of the compose files. */
  env: string;
  /** sha256 over what compose is asked for: equal, and it has nothing to change. */
  shape: string;
}

/** Settings, code and the ports that are free, as what this replica should be. Yields what a person should know of its ports and its code. */
export async function* decide(
  context: Context,
  images: Images,
  containers: Observed['containers'],
): AsyncGenerator<Event, Desired> {
  const { settings, project, state, io } = context;
  const isHeld = (machine: string) => containers.get(machine)?.state === 'running';
  const { ports, homePorts } = yield* choosePorts(
    { ...state, settings: settings.ports },
    isHeld,
    io.network.portIsFree,
  );
  const bundle = replicaBundle(context);
  const database = await siteDatabase(context, containers);
  const targets = new Map(
    replicaKinds(context).map((machine) => [
      machine.kind,
      targetFile(replicaTarget(machine, settings, { project, ports, database })),
    ]),
  );
  const code = yield* decideCode(context);
  const env = envFile(context, images, ports, code.live);
  return {
    machines: replicaMachines(context),
    images,
    bundle,
    targets,
    lines: desiredLines(bundle, targets),
    code,
    ports,
    homePorts,
    env,
    shape: sha256(`${env}${context.sources.hash}`),
  };
}

/** Yields what a person should know of it. A live folder is not read. */
async function* decideCode(context: Context): AsyncGenerator<Event, Code> {
  const { dir, settings, sources, ownCode, signal } = context;
  const other = await otherApplication(context);
  if (other) yield { type: 'notice', level: 'warning', ...other };
  const engine = engineNotice(settings, sources.docker);
  if (engine) yield { type: 'notice', level: 'warning', ...engine };
  for (const missing of await unmet(context)) yield { type: 'notice', level: 'warning', ...missing };
  if (settings.code.mode === 'live') {
    const live = await liveFolder(dir, settings, ownCode);
    if (await hasOpenDocroot(settings, live)) yield { type: 'notice', level: 'warning', ...openDocrootWarning };
    return { name: 'live', live };
  }
  const release = await readRelease(dir, settings, sources.docker, { ownChoice: ownCode, signal });
  const taken = releaseNote(release);
  const open = openDocroot(settings, release);
  if (open) yield { type: 'notice', level: 'warning', ...open };
  if (taken) yield { type: 'notice', level: 'info', text: `Code: ${taken}.` };
  return { name: release.digest, release, emptyFolders: foldersDigest(release) };
}
