import { setTimeout } from 'node:timers/promises';
import { makeBundle } from '../bundle/bundle.ts';
import type { Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import { observe } from './observe.ts';
import { fallbackNote } from './up/files-store.ts';
import { machineUrls } from './urls.ts';

/** The replica as it is now; with `watch` again every two seconds until the signal. Digests are recomputed by the machines at each look. */
export async function* status(context: Context, { watch = false } = {}): AsyncGenerator<Event, boolean> {
  const { docker, project, settings, sources, state, signal } = context;
  const bundle = makeBundle(settings, sources.docker);
  for (;;) {
    const now = await observe(docker, project, settings, bundle, machineUrls(settings, state.ports));
    const note = fallbackNote(context);
    yield { type: 'status', status: note ? { ...now, notes: [note] } : now };
    if (!watch) return now.machines.every((machine) => machine.state === 'healthy');
    await setTimeout(2_000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return true;
  }
}
