import type { Event } from '../events.ts';
import { readText } from '../io/files.ts';
import { takeLock } from '../io/lock.ts';
import type { Context } from '../project/context.ts';

/** Stops and removes this replica's machines and network; data stays unless `volumes`. Touches nothing of another project. */
export async function* down(context: Context, { volumes = false } = {}): AsyncGenerator<Event, void> {
  const { compose, docker, paths, project, settings } = context;
  const started = performance.now();
  const unlock = await takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'down', project: settings.site.name };
    // compose.yaml wants its variables even to remove things; where up never ran there is nothing to remove either.
    if ((await readText(paths.envFile)) === undefined) {
      yield { type: 'done', text: 'There is no replica here.' };
      return;
    }
    yield { type: 'step', id: 'down', text: volumes ? 'stop machines, delete data' : 'stop machines', state: 'start' };
    await compose.run(['--profile', 'tools', 'down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]);
    // Compose knows those of the settings as they are now; the data of another engine or file store is older than they are.
    if (volumes) for (const name of await docker.volumes(project)) await docker.removeVolume(`${project}_${name}`);
    yield { type: 'step', id: 'down', text: volumes ? 'stop machines, delete data' : 'stop machines', state: 'done' };
    const seconds = (performance.now() - started) / 1000;
    yield { type: 'done', text: volumes ? 'Stopped; its data is deleted.' : 'Stopped; its data is kept.', seconds };
  } finally {
    await unlock();
  }
}
