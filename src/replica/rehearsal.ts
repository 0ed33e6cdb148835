import { makeBundle } from '../bundle/bundle.ts';
import { readLock } from '../images/lock/file.ts';
import { imageTags } from '../images/tags.ts';
import { allMachines } from '../machines/table.ts';
import type { Context } from '../project/context.ts';
import { findMachines } from './find.ts';
import { servesLive } from './live/mode.ts';
import { describe } from './status.ts';

/** Whether a bundle was applied and healthy on every machine of a replica. */
export interface Rehearsal {
  done: boolean;
  /** In words: 'replica: same, 14 of 14 machines'. */
  text: string;
  /** What to do where it was not. */
  hint?: string;
}

/** Whether this project's replica has the bundle, applied and healthy on every machine: what `up` noted, and the machines now. */
export async function rehearsal(context: Context, { root }: { root: string }): Promise<Rehearsal> {
  const { state, settings, sources, own } = context;
  const { rehearsed, shape } = state;
  if (shape !== undefined && (await servesLive(context))) {
    const text = 'the replica serves a live folder, not a release';
    return { done: false, text, hint: 'bootdev up --set code.mode=release' };
  }
  if (rehearsed === undefined) return { done: false, text: 'no replica of this project has ever run it' };
  if (rehearsed !== root) return { done: false, text: `the replica was last ready with ${rehearsed.slice(0, 8)}` };
  const other = await otherImage(context);
  if (other) return { done: false, text: `${other} runs other packages than bootdev.lock has`, hint: 'bootdev up' };
  const { machines } = await describe(context, makeBundle(settings, sources.docker, own), {}, { recompute: true });
  const same = machines.filter(({ state: now, digest, desired }) => now === 'healthy' && digest === desired);
  const count = `${same.length} of ${machines.length} machines`;
  if (same.length === machines.length) return { done: true, text: `replica: same, ${count}` };
  const [first] = machines.filter((machine) => !same.includes(machine));
  return { done: false, text: `replica: only ${count} are healthy with it now (${first?.name}: ${first?.state})` };
}

/** The first machine that runs from another image than bootdev.lock's; undefined: none does. Its packages would be what is promoted. */
async function otherImage(context: Context): Promise<string | undefined> {
  const { settings, sources, state, io } = context;
  const lock = await readLock(context);
  if (!lock || !state.images) return undefined;
  const architecture = await io.docker.architecture();
  const tags = imageTags(settings, sources.docker, state.images, { lock, architecture });
  const containers = await findMachines(context);
  return allMachines(settings).find(({ name, machine }) => {
    const container = containers.get(name);
    return container && container.image !== `bootdev/${machine.image}:${tags.get(machine.image)}`;
  })?.name;
}
