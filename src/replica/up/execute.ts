import { Interrupted } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { snapshotBefore } from '../database/snapshot.ts';
import { findMachines } from '../find.ts';
import { askReports } from '../report.ts';
import { waitForAnswer } from '../site/answer.ts';
import { invalidateCdn } from '../site/invalidate-cdn.ts';
import { pushAssets } from '../site/release-assets.ts';
import { clearAfterOtherCode } from '../site/site-updates.ts';
import { announceRelease, applyChanges } from './apply.ts';
import type { Desired } from './desired.ts';
import { type Change, changesOf, type Difference } from './diff.ts';
import { loadVolumes, placesOf, switchVolumesBack } from './loader.ts';
import type { Observed } from './observe.ts';
import { untilHealthy } from './until-healthy.ts';

/** What there is, what there should be, and what differs. */
interface Work {
  observed: Observed;
  desired: Desired;
  difference: Difference;
}

/**
 * Does what differs, and ends when every machine is healthy with what is desired and the site answers. `started`: when the verb began,
 * by the clock. Throws UserError.
 */
export async function* execute(context: Context, work: Work, started: number): AsyncGenerator<Event, void> {
  const { desired, difference } = work;
  const { io } = context;
  await io.files.writeIfChanged(context.paths.envFile, desired.env);
  const { scale } = context.state;
  // Once the settings say another number, `bootdev scale` is over, also when they say the old one again.
  const overtaken = scale !== undefined && scale.from !== context.configuredWebCount;
  await context.saveState({
    ports: desired.ports,
    homePorts: desired.homePorts,
    images: desired.images.from,
    told: context.told.length > 0 ? [...context.told] : undefined,
    ...(overtaken ? { scale: undefined } : {}),
  });
  const sent = difference.load?.release ? desired.code.release : undefined;
  // Before any machine has a page that asks for them; at the first start the bucket comes with the machines.
  const pushed = sent ? yield* pushAssets(context, sent) : true;
  const switches = yield* loadVolumes(context, desired, difference);
  let taken = false;
  try {
    yield* changeMachines(context, work, { started, switched: switches.done });
    taken = true;
  } finally {
    if (!taken) await switches.cancel();
  }
  if (sent && !pushed) yield* pushAssets(context, sent);
  await switches.commit();
  await announceRelease(io.docker, await withoutReplaced(context, difference.serving));
  // Not before: a visitor of the old code would fill them again.
  yield* clearAfterOtherCode(context, desired.code.name);
  await waitForAnswer(context, desired.ports.https);
}

/** Until each machine is healthy with what is desired. `switched`: machines that start now boot from it. Throws UserError. */
async function* changeMachines(
  context: Context,
  { observed, desired, difference }: Work,
  { started, switched }: { started: number; switched: boolean },
): AsyncGenerator<Event, void> {
  const { io, compose, signal } = context;
  // One that kept failing waits longer and longer for its next try, and compose leaves it alone.
  await Promise.all(difference.failing.map(({ id }) => io.docker.restart(id)));
  await Promise.all(difference.ended.map(({ id }) => io.docker.removeIfStuck(id)));
  if (difference.compose) {
    const { engine } = context.settings.database;
    // The server may be a newer one, and an older one cannot read what that has touched.
    const isUpgrade = difference.upgraded.includes(engine) && observed.containers.get(engine)?.state === 'running';
    if (isUpgrade) yield* snapshotBefore(context, 'upgrade');
    await compose.run(['up', '--detach', '--no-build', '--remove-orphans', '--quiet-pull']);
    await context.saveState({ shape: desired.shape });
  }
  if (signal.aborted) throw new Interrupted('bootdev up goes on where this stopped');
  const how = { begun: [], places: placesOf(context, desired) };
  try {
    yield* applyChanges(io, await withoutReplaced(context, difference.changes), how);
    const names = desired.machines.map(({ name }) => name);
    yield* untilHealthy(context, names, { started, healthy: observed.healthy });
    yield* applyToSilent(context, desired, difference.silent, how);
    // The last machine has the release: files whose address names no version are another's now. (On AWS promote does the same.)
    if (difference.load?.release) await invalidateCdn(context, ['/*']);
  } catch (error) {
    // A machine that starts now must not boot from what failed.
    if (switched && how.begun.length > 0) await switchVolumesBack(context, observed);
    throw error;
  }
}

/** A machine whose container compose replaced has booted from what is desired. */
async function withoutReplaced<Of extends Pick<Change, 'container'>>(context: Context, machines: Of[]): Promise<Of[]> {
  if (machines.length === 0) return [];
  const ids = new Set([...(await findMachines(context)).values()].map(({ id }) => id));
  return machines.filter(({ container }) => ids.has(container.id));
}

/** A machine that was starting when it was asked, or too busy to report, may have the old files. */
async function* applyToSilent(
  context: Context,
  desired: Desired,
  silent: string[],
  how: Parameters<typeof applyChanges>[2],
): AsyncGenerator<Event, void> {
  if (silent.length === 0) return;
  const containers = new Map([...(await findMachines(context))].filter(([name]) => silent.includes(name)));
  const reports = await askReports(context.io.docker, containers);
  yield* applyChanges(context.io, changesOf({ containers, reports }, desired), how);
}
