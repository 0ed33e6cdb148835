import type { Event } from '../events.ts';
import type { Context } from '../project/context.ts';
import { step } from '../steps.ts';

/** Stops and removes this replica's machines and network; data stays unless `volumes`. Touches nothing of another project. */
export async function* down(context: Context, { volumes = false } = {}): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const started = io.clock.now();
  const unlock = await io.takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'down', project: settings.site.name };
    // compose.yaml needs its variables even to remove things; where up never ran there is nothing to remove either.
    if ((await io.files.readText(paths.envFile)) === undefined) {
      yield { type: 'done', text: 'There is no replica here.' };
      return;
    }
    const text = volumes ? 'stop machines, delete data' : 'stop machines';
    const kept = yield* step({ id: 'down', text }, () => remove(context, volumes));
    if (kept) {
      yield {
        ...{ type: 'notice', level: 'info' },
        text: `The engine keeps the empty network of ${settings.site.name}: it counts a machine that is gone.`,
        hint: "nothing to do: it goes with the engine's next start, and `bootdev up` takes it as it is",
      };
    }
    const seconds = (io.clock.now() - started) / 1000;
    yield { type: 'done', text: volumes ? 'Stopped; its data is deleted.' : 'Stopped; its data is kept.', seconds };
  } finally {
    await unlock();
  }
}

/** Returns whether the engine did not let go of the network, though no machine is left: its own fault, which only its next start ends. */
async function remove({ compose, io: { docker }, project }: Context, volumes: boolean): Promise<boolean> {
  for (const { id } of await docker.tools(project)) await docker.remove(id);
  const removing = ['--profile', 'tools', 'down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])];
  const kept = await compose.run(removing).then(
    () => false,
    async (error: Error) => {
      if (!/has active endpoints/.test(error.message) || (await docker.containers(project)).length > 0) throw error;
      return true;
    },
  );
  // Compose knows those of the settings as they are now; the data of another database or file store is older.
  if (volumes) for (const name of await docker.volumes(project)) await docker.removeVolume(`${project}_${name}`);
  return kept;
}
