import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { thisHost } from '../../host/host.ts';
import { baseImage } from '../../images/base-image.ts';
import type { ImageTags } from '../../images/tags.ts';
import { allMachines, serviceOf } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';

/** Builds what is missing: the base first, since the others are made from it. Yields the build's own lines as log events. */
export async function* buildImages(
  context: Context,
  tags: ImageTags,
  from: 'registry' | 'packages',
): AsyncGenerator<Event, void> {
  const names = [...tags.keys()]; // the base first
  const there = await Promise.all(names.map((name) => context.docker.imageExists(`bootdev/${name}:${tags.get(name)}`)));
  const missing = names.filter((_, index) => !there[index]);
  // The operating system's image is decided once, and may have been pruned since.
  if (missing.length > 0) yield* baseImage(from, await thisHost(), context.signal);
  const services = new Map(allMachines(context.settings).map((it) => [it.machine.image, serviceOf(it)]));
  for (const name of missing) yield* build(context, name, services.get(name) ?? name);
}

const indented = (lines: string[]) => lines.map((line) => `    ${line}`).join('\n');

/** One after the other: on a small machine two builds side by side are no faster, and their lines are unreadable. */
async function* build(context: Context, name: string, service: string): AsyncGenerator<Event, void> {
  const started = performance.now();
  const id = `image ${name}`;
  yield { type: 'step', id, text: id, state: 'start' };
  const last: string[] = [];
  try {
    for await (const line of context.compose.follow(['build', service])) {
      yield { type: 'log', source: id, line };
      if (last.push(line) > 15) last.shift();
    }
  } catch (error) {
    yield { type: 'step', id, text: id, state: 'failed' };
    if (error instanceof Interrupted) throw error;
    throw new UserError(`The image ${name} was not built. The end of its log:\n${indented(last)}`, {
      hint: 'mend what it says, then: bootdev up   (what was built stays)',
      cause: error,
    });
  }
  yield { type: 'step', id, text: id, state: 'done', seconds: (performance.now() - started) / 1000 };
}
