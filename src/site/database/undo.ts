import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { step } from '../../steps.ts';
import { restoreSnapshot } from './snapshots.ts';
import { followDatabase } from './switch.ts';

/** What was done last with the site's data. */
export interface LastOfData {
  what: 'import' | 'restore';
  /** The database, or the snapshot, that has what was there before. */
  way: string;
  /** Milliseconds since 1970. */
  at: number;
}

export async function lastOfData(context: Context): Promise<LastOfData | undefined> {
  const [what, way = '', seconds] = (await askData(context, 'last')).split(' ');
  return what === 'import' || what === 'restore' ? { what, way, at: Number(seconds) * 1000 } : undefined;
}

/** The data from before it again. What it had brought stays, so that undo can be undone. */
export async function* undoData(context: Context, { what, way }: LastOfData): AsyncGenerator<Event, void> {
  if (what === 'restore') return yield* restoreSnapshot(context, way);
  const { io, paths, settings } = context;
  const unlock = await io.takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'undo', project: settings.site.name };
    yield* step({ id: 'undo', text: 'the data that it had before' }, () => askData(context, 'switch'));
  } finally {
    await unlock();
  }
  yield* followDatabase(context, 'the machines use it');
  yield { type: 'done', text: 'The site has the data that it had before; bootdev undo: the other way round.' };
}
