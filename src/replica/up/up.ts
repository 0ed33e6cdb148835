import { makeBundle } from '../../bundle/bundle.ts';
import { sha256 } from '../../bundle/digest.ts';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { caBundle } from '../../host/ca-bundle.ts';
import { thisHost } from '../../host/host.ts';
import { baseImage } from '../../images/base-image.ts';
import { type ImageTags, imageTags } from '../../images/tags.ts';
import type { Container } from '../../io/docker.ts';
import { writeIfChanged, writeWhole } from '../../io/files.ts';
import { takeLock } from '../../io/lock.ts';
import { allMachines, type Kind, type Machine, usedMachines } from '../../machines/table.ts';
import { targetFile } from '../../machines/target.ts';
import type { Context } from '../../project/context.ts';
import { readRelease } from '../../project/release.ts';
import type { PortName } from '../../project/state.ts';
import { askReports, byName, type Report } from '../observe.ts';
import { answers, certificateIsDue, nameNotice } from '../site.ts';
import { replicaTarget, siteNames } from '../target.ts';
import { readyUrls } from '../urls.ts';
import { applyChanges, type Change, checkChanges } from './apply.ts';
import { buildImages } from './build.ts';
import { refuseEngineChange } from './engine-change.ts';
import { envFile } from './env-file.ts';
import { decideFilesStore, fallbackNote } from './files-store.ts';
import { desiredLines, type LoaderInput, makeLoaderTar } from './loader.ts';
import { choosePorts, defaultPorts } from './ports.ts';
import { untilHealthy } from './until-healthy.ts';

/**
 * Makes the replica what the settings say, from whatever it is now, and ends when every machine answered a real request.
 * Unchanged: nothing is touched. A changed bundle: in place, after it was checked on the running machines. `newDatabase`: data
 * of another engine may stay unused. Throws UserError.
 */
export async function* up(context: Context, { newDatabase = false } = {}): AsyncGenerator<Event, void> {
  const unlock = await takeLock(context.paths.lock, 'this replica');
  try {
    if (!newDatabase) await refuseEngineChange(context);
    // A port may be taken by another program between the look and the bind: then once more, with the next free ones.
    try {
      yield* converge(context);
    } catch (error) {
      if (!portWasTaken(error)) throw error;
      yield* converge(context);
    }
  } finally {
    await unlock();
  }
}

const portWasTaken = (error: unknown) =>
  error instanceof UserError && /port is already allocated|address already in use/i.test(error.message);

async function* converge(context: Context): AsyncGenerator<Event, void> {
  const { settings, docker, compose, state, project, sources } = context;
  const started = performance.now();
  const names = allMachines(settings).map(({ name }) => name);
  const bundle = makeBundle(settings, sources.docker);
  yield {
    type: 'begin',
    verb: 'up',
    project: settings.site.name,
    root: bundle.root,
    machines: names,
    ...(state.lastSeconds ? { lastSeconds: state.lastSeconds } : {}),
  };

  // What is there.
  const before = byName(await docker.containers(project));
  const reports = await askReports(docker, before);

  // What there should be. Images first: a port that is free now may be taken when they are built.
  const images = state.images ?? (yield* baseImage(settings.images, await thisHost(), context.signal));
  const tags = imageTags(settings, sources.docker, images);
  const versions = sources.docker.get('versions.env')?.toString() ?? '';
  const ca = await buildCa(context);
  const envWith = (ports: Record<PortName, number>) =>
    envFile({ project, settings, ports, tags, images, ca, versions });
  await writeIfChanged(context.paths.envFile, envWith({ ...defaultPorts, ...state.ports }));
  yield* buildImages(context, tags, images);
  const decided = await decideFilesStore(context, tags);
  if (decided !== context) return yield* converge(decided);
  const ports = yield* choosePorts(state.ports, (machine) => before.get(machine)?.state === 'running');
  const targets = new Map<Kind, string>(
    usedMachines(settings).map((machine) => [
      machine.kind,
      targetFile(replicaTarget(machine, settings, project, ports.https)),
    ]),
  );
  const release = await readRelease(context.dir, settings, sources.docker);
  const env = envWith(ports);
  const shape = sha256(`${env}${sources.hash}`);
  await writeIfChanged(context.paths.envFile, env);
  await context.saveState({ ports, images });

  // The difference.
  const desired = desiredLines(bundle, targets);
  const renew = await certificateIsDue(context);
  const changes = differences(context, before, reports, desired, tags, renew ? ['lb'] : []);
  const filled = usedMachines(settings).every(({ kind }) =>
    [...reports.values()].some((report) => report && isDesired(report, kind, desired)),
  );
  const served = [...reports.values()].find((report) => report?.kind === 'web')?.release === release.digest;
  const asAsked =
    state.shape === shape &&
    before.size === names.length &&
    allMachines(settings).every(({ name, machine }) => {
      const container = before.get(name);
      return container?.state === 'running' && isFromItsImage(container, machine, tags);
    });

  let switched: Promise<unknown> = Promise.resolve();
  if (!filled || !served || renew) {
    const tar = (what: Pick<LoaderInput, 'release' | 'desired'>) =>
      makeLoaderTar({ bundle, targets, names: siteNames(settings), ...what });
    const load = (bytes: Buffer) => compose.run(['run', '--rm', '-T', 'loader'], bytes);
    yield { type: 'step', id: 'loader', text: 'write bundle', state: 'start' };
    const at = performance.now();
    if (changes.length > 0) {
      await load(await tar({ ...(served ? {} : { release }), desired: false }));
      await checkChanges(docker, changes);
    }
    // For who goes on without bootdev (compose/README.md): with the code, also when the volumes have it already; and before
    // the volumes ask for it, so that a run that is killed in between writes it the next time.
    const whole = await tar({ release, desired: true });
    await writeWhole(context.paths.bundleTar, whole);
    switched = load(served ? await tar({ desired: true }) : whole);
    switched.catch(() => undefined); // it is awaited below; a machine that fails first must not end the program for this
    // Machines that only take files into force, checked above, need not wait for the volume's switches; new ones
    // boot from them, and a new certificate comes with them.
    if (!asAsked || renew || changes.length === 0) await switched;
    yield { type: 'step', id: 'loader', text: 'write bundle', state: 'done', seconds: (performance.now() - at) / 1000 };
  }
  // One that kept failing waits longer and longer for its next try, and compose leaves it alone.
  const failing = [...before.values()].filter(({ state }) => state === 'restarting');
  await Promise.all(failing.map(({ id }) => docker.restart(id)));
  const ended = [...before.values()].filter(({ state }) => state === 'exited');
  await Promise.all(ended.map(({ id }) => docker.removeIfStuck(id)));
  if (!asAsked) {
    await compose.run(['up', '--detach', '--no-build', '--remove-orphans', '--quiet-pull']);
    await context.saveState({ shape });
  }
  if (context.signal.aborted) throw new Interrupted('bootdev up goes on where this stopped');
  // A machine that compose made anew has booted from what is desired.
  const same = new Set((await docker.containers(project)).map(({ id }) => id));
  yield* applyChanges(
    docker,
    changes.filter(({ container }) => same.has(container.id)),
  );
  await switched;
  yield* untilHealthy(context, names, started);
  // A machine that was starting at the first look, or too busy to report, may have the old files. New ones booted from the desired.
  const unheard = [...before.keys()].filter((name) => !reports.get(name));
  if (unheard.length > 0) {
    const now = byName(await docker.containers(project));
    const asked = new Map([...now].filter(([name]) => unheard.includes(name)));
    yield* applyChanges(docker, differences(context, now, await askReports(docker, asked), desired, tags));
  }
  await answers(context, ports.https);
  yield* nameNotice(context);

  const note = fallbackNote(context);
  if (note) yield { type: 'notice', level: 'warning', text: note };
  const seconds = (performance.now() - started) / 1000;
  await context.saveState({
    rehearsed: bundle.root,
    ...(asAsked ? {} : { lastSeconds: Math.round(seconds * 10) / 10 }),
  });
  yield {
    type: 'ready',
    urls: readyUrls(context, ports),
    next: ['bootdev status', 'bootdev logs web-1', 'bootdev down'],
    seconds,
  };
}

/** Running machines whose live files or target are not the desired ones (or that are to read theirs anew), and whose image stays. */
function differences(
  { settings }: Context,
  containers: ReadonlyMap<string, Container>,
  reports: ReadonlyMap<string, Report | undefined>,
  desired: ReadonlyMap<Kind, string>,
  tags: ImageTags,
  anew: readonly string[] = [],
): Change[] {
  return allMachines(settings).flatMap(({ name, machine }) => {
    const container = containers.get(name);
    const report = reports.get(name);
    const [digest = '', target = ''] = desired.get(machine.kind)?.split(' ') ?? [];
    const asDesired = report?.digest === digest && report.target === target && !anew.includes(name);
    if (!container || !report || asDesired || !isFromItsImage(container, machine, tags)) return [];
    return [{ name, container, digest, target }];
  });
}

/** Or from an older one, which the engine lists by its id: the tag was built anew, by hand or after a prune. */
function isFromItsImage(container: Container, machine: Machine, tags: ImageTags): boolean {
  return container.image === `bootdev/${machine.image}:${tags.get(machine.image)}`;
}

/** Does the volume this machine sees ask for the new bundle and target? */
function isDesired(report: Report, kind: Kind, desired: ReadonlyMap<Kind, string>): boolean {
  return report.kind === kind && `${report.desired} ${report.desiredTarget}` === desired.get(kind);
}

/** The host's CA bundle for the builds; where there is none, an empty file: compose has no optional secret. */
async function buildCa({ paths }: Context): Promise<string> {
  const found = await caBundle(process.env);
  if (found) return found;
  await writeWhole(paths.noCa, '');
  return paths.noCa;
}
