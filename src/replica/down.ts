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
    yield* step({ id: 'down', text }, () => remove(context, volumes));
    const seconds = (io.clock.now() - started) / 1000;
    yield { type: 'done', text: volumes ? 'Stopped; its data is deleted.' : 'Stopped; its data is kept.', seconds };
  } finally {
    await unlock();
  }
}

async function remove({ compose, io: { docker }, project }: Context, volumes: boolean): Promise<void> {
  for (const { id } of await docker.tools(project)) await docker.remove(id);
  await compose.run(['--profile', 'tools', 'down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]);
  if (!volumes) return;
  // Compose knows those of the settings as they are now; the data of another database or file store is older.
  for (const name of await docker.volumes(project)) await docker.removeVolume(`${project}_${name}`);
}
