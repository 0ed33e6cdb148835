/** Copies of all of the database machine's files: made and put back in seconds, by the same server alone. */
import type { Event, Snapshot } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName, timeStamp } from '../../replica/database/snapshot.ts';
import { step } from '../../steps.ts';
import { followDatabase } from './switch.ts';

/** The site waits for as long as the copy takes. Throws UserError. */
export async function* takeSnapshot(context: Context, name = `snapshot-${timeStamp()}`): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const unlock = await io.takeLock(paths.lock, 'this replica');
  try {
    yield { type: 'begin', verb: 'db snapshot', project: settings.site.name };
    const waited = yield* step({ id: 'snapshot', text: `snapshot ${name}` }, () =>
      askData(context, 'snapshot', name, 'own'),
    );
    yield { type: 'done', text: `The site waited ${inSeconds(waited)}. Back to it: bootdev db restore ${name}` };
  } finally {
    await unlock();
  }
}

/** What is there now becomes a snapshot itself. Throws UserError. */
export async function* restoreSnapshot(context: Context, name: string): AsyncGenerator<Event, void> {
  const { io, paths, settings } = context;
  const before = automaticName('restore');
  const unlock = await io.takeLock(paths.lock, 'this replica');
  let away: string;
  try {
    yield { type: 'begin', verb: 'db restore', project: settings.site.name };
    away = yield* step({ id: 'restore', text: `restore ${name}` }, () => askData(context, 'restore', name, before));
  } finally {
    await unlock();
  }
  yield* followDatabase(context, 'the machines use it');
  yield {
    type: 'done',
    text: `Restored; the database was away for ${inSeconds(away)}. Back to what was there before: bootdev undo`,
  };
}

export async function listSnapshots(context: Context): Promise<Snapshot[]> {
  const lines = (await askData(context, 'list')).split('\n').filter(Boolean);
  return lines
    .map((line) => {
      const [name = '', kind = '', at = '0', bytes = '0'] = line.split(' ');
      return { name, automatic: kind === 'automatic', at: Number(at), bytes: Number(bytes) };
    })
    .sort((one, other) => other.at - one.at);
}

export async function* deleteSnapshot(context: Context, name: string): AsyncGenerator<Event, void> {
  yield { type: 'begin', verb: 'db delete', project: context.settings.site.name };
  yield* step({ id: 'delete', text: `delete ${name}` }, () => askData(context, 'delete', name));
}

const inSeconds = (milliseconds: string) => `${(Number(milliseconds) / 1000).toFixed(1)} s`;
