import { type Bundle, makeBundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import { allMachines, type Kind, type Machine, usedMachines } from '../../machines/table.ts';
import { targetFile } from '../../machines/target.ts';
import type { Context } from '../../project/context.ts';
import { openDocroot, type Release, readRelease, releaseNote } from '../../project/release.ts';
import type { PortName } from '../../project/state.ts';
import { replicaTarget } from '../target.ts';
import { envFile } from './env-file.ts';
import type { Images } from './images.ts';
import { desiredLines } from './loader.ts';
import type { Observed } from './observe.ts';
import { choosePorts } from './ports.ts';

/** What there should be. */
export interface Desired {
  machines: readonly { name: string; machine: Machine }[];
  images: Images;
  bundle: Bundle;
  /** Target file of each kind. */
  targets: ReadonlyMap<Kind, string>;
  /** For each kind the line "digest target" that its machines boot from. */
  lines: ReadonlyMap<Kind, string>;
  release: Release;
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
  { containers }: Observed,
): AsyncGenerator<Event, Desired> {
  const { settings, sources, own, project, state, io } = context;
  const isHeld = (machine: string) => containers.get(machine)?.state === 'running';
  const { ports, homePorts } = yield* choosePorts(
    { ...state, settings: settings.ports },
    isHeld,
    io.network.portIsFree,
  );
  const bundle = makeBundle(settings, sources.docker, own);
  const targets = new Map(
    usedMachines(settings).map((machine) => [
      machine.kind,
      targetFile(replicaTarget(machine, settings, project, ports.https)),
    ]),
  );
  const env = envFile(context, images, ports);
  const release = await readRelease(context.dir, settings, sources.docker, context.ownCode);
  const taken = releaseNote(release);
  const open = openDocroot(settings, release);
  if (open) yield { type: 'notice', level: 'warning', ...open };
  if (taken) yield { type: 'notice', level: 'info', text: `Code: ${taken}.` };
  return {
    machines: allMachines(settings),
    images,
    bundle,
    targets,
    lines: desiredLines(bundle, targets),
    release,
    ports,
    homePorts,
    env,
    shape: sha256(`${env}${sources.hash}`),
  };
}
