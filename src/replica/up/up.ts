import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { refuseUnaccepted } from '../../project/own-config/accepted.ts';
import { CodeChanged } from '../../project/release/contents.ts';
import { requireDeployed } from '../../project/release/deployed.ts';
import { refuseEngineChange } from '../database/engine-change.ts';
import { findMachines } from '../find.ts';
import { decideCodeMode, liveNotices } from '../live/mode.ts';
import { nameNotice } from '../site/answer.ts';
import { frontPage } from '../site/front-page.ts';
import { readyUrls } from '../site/urls.ts';
import { isOn, replicaBundle, replicaMachines } from '../xdebug/machine.ts';
import { rememberHealthy } from './configuration.ts';
import { type Desired, decide } from './desired.ts';
import { type Difference, diff } from './diff.ts';
import { execute } from './execute.ts';
import { decideBalancer, decideFilesStore, fallbackNotes } from './fallbacks.ts';
import { type Images, makeImages } from './images.ts';
import { observe } from './observe.ts';

/**
 * Makes the replica what the settings say, from whatever it is now, and ends when every machine answered a real request.
 * Unchanged: nothing is touched. A changed bundle: in place, after it was checked on the running machines. `newDatabase`: data
 * of another engine may stay unused. Throws UserError.
 */
export async function* up(context: Context, { newDatabase = false } = {}): AsyncGenerator<Event, void> {
  const started = context.io.clock.now();
  const unlock = await context.io.takeLock(context.paths.lock, 'this replica');
  try {
    requireDeployed(context.settings);
    await refuseUnaccepted(context);
    if (!newDatabase) await refuseEngineChange(context);
    const { lastSeconds } = context.state;
    const project = context.settings.site.name;
    yield { type: 'begin', verb: 'up', project, ...contents(context), ...(lastSeconds ? { lastSeconds } : {}) };
    const { possible, images } = yield* prepare(context);
    try {
      yield* converge(possible, images, started);
    } catch (error) {
      if (!portWasTaken(error) && !(error instanceof CodeChanged)) throw error;
      yield* converge(possible, images, started);
    }
  } finally {
    await unlock();
  }
}

/** Makes the images, and decides what this engine can run of what the settings ask for. */
async function* prepare(context: Context): AsyncGenerator<Event, { possible: Context; images: Images }> {
  const also = isOn(context) ? (['xdebug'] as const) : [];
  const images = yield* makeImages(context, { also });
  const { tags } = images;
  const possible = await decideBalancer(await decideFilesStore(await decideCodeMode(context), tags), tags);
  if (possible === context) return { possible, images };
  yield { type: 'machines', ...contents(possible) };
  return { possible, images: yield* makeImages(possible, { also }) };
}

async function* converge(context: Context, images: Images, started: number): AsyncGenerator<Event, void> {
  const containers = await findMachines(context);
  const observing = observe(context, containers); // while the code is read, which keeps this process busy alone
  observing.catch(() => undefined); // heard below
  const desired = yield* decide(context, images, containers);
  const observed = await observing;
  const difference = diff(observed, desired);
  yield* execute(context, { observed, desired, difference }, started);
  yield* end(context, desired, difference, started);
}

/** Another program may take a port after it was found free and before it is bound: then once more, with the next free ones. */
const portWasTaken = (error: unknown) =>
  error instanceof UserError && /port is already allocated|address already in use/i.test(error.message);

/** The bundle and the rows of what `up` makes. */
const contents = (context: Context) => ({
  root: replicaBundle(context).root,
  machines: replicaMachines(context).map(({ name }) => name),
});

async function* end(
  context: Context,
  { bundle, code, ports }: Desired,
  { compose }: Difference,
  started: number,
): AsyncGenerator<Event, void> {
  yield* nameNotice(context);
  if (code.live) yield* liveNotices(context, code.live);
  for (const text of fallbackNotes(context)) yield { type: 'notice', level: 'warning', text };
  const problem = await frontPage(context, ports.https);
  if (problem) yield { type: 'notice', ...problem };
  const seconds = (context.io.clock.now() - started) / 1000;
  const lastSeconds = Math.round(seconds * 10) / 10;
  // A live folder is no release: what ran with it is not what would be promoted.
  await context.saveState({ ...(code.live ? {} : { rehearsed: bundle.root }), ...(compose ? { lastSeconds } : {}) });
  await rememberHealthy(context);
  yield {
    type: 'ready',
    urls: readyUrls(context, ports),
    next: ['bootdev status', 'bootdev logs web-1', 'bootdev down'],
    seconds,
  };
}
