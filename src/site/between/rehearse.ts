import { dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { type Context, openProject } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { down } from '../../replica/down.ts';
import { frontPage } from '../../replica/site/front-page.ts';
import { up } from '../../replica/up/up.ts';
import { step } from '../../steps.ts';
import { importDump } from '../database/import.ts';
import { type Backup, momentWords, type Side } from './backups.ts';
import { download } from './download.ts';
import { chooseBackup } from './pull.ts';

/**
 * Whether the newest backup could be restored: it goes, whole, into a replica of its own; each table must have the rows that the backup says,
 * each view must work, and the site's front page must come of it. Afterwards that replica is gone. The one here is not touched. Throws
 * UserError: also where the backup is not what it should be.
 */
export async function* rehearse(
  context: Context,
  { name, bucket }: Side,
  { now }: { now: boolean },
): AsyncGenerator<Event, void> {
  const started = context.io.clock.now();
  yield { type: 'begin', verb: 'data rehearse', project: `${name} → ${context.settings.site.name}` };
  // A second one would delete the first one's replica.
  const unlock = await context.io.takeLock(join(context.paths.own, context.env, 'rehearsal-lock'), 'a rehearsal');
  try {
    const backup = yield* chooseBackup(context, bucket, now);
    yield* rehearseBackup(context, { backup, path: yield* download(context, bucket, backup), started });
  } finally {
    await unlock();
  }
}

interface Rehearsed {
  backup: Backup;
  /** Of its dump here. */
  path: string;
  started: number;
}

async function* rehearseBackup(context: Context, { backup, path, started }: Rehearsed): AsyncGenerator<Event, void> {
  try {
    const rows = yield* tryOut(await openScratch(context, context.signal), path, backup);
    const seconds = (context.io.clock.now() - started) / 1000;
    const all = [...rows.values()].reduce((sum, each) => sum + each, 0);
    const text = `The backup of ${momentWords(backup)} can be restored: ${all.toLocaleString('en')} rows of ${rows.size} tables, as many as it says, and the site's front page comes of it.`;
    yield { type: 'done', text, seconds };
  } finally {
    // Nothing is yielded here: where the screen has gone nobody takes it, and what follows would not be done. Persons are in it.
    await forget(context, path);
  }
}

/** Rows by table. */
async function* tryOut(scratch: Context, path: string, backup: Backup): AsyncGenerator<Event, Map<string, number>> {
  yield* step({ id: 'scratch', text: 'start a replica for it alone' }, () => drained(up(scratch)));
  const rows = yield* takeIn(scratch, path, backup);
  yield* step({ id: 'page', text: 'ask for its front page' }, () => askFrontPage(scratch, backup));
  yield* step({ id: 'gone', text: 'delete that replica and its data' }, () =>
    drained(down(scratch, { volumes: true })),
  );
  return rows;
}

/** Also after Ctrl-C. What a killed rehearsal left is the next one's. */
async function forget(context: Context, path: string): Promise<void> {
  const scratch = await openScratch(context, new AbortController().signal);
  await drained(down(scratch, { volumes: true }));
  await context.io.files.removeFolder(path);
  await context.io.files.removeFolder(dirname(scratch.paths.state));
}

/** What a front page needs, and nothing that would go on with the site's work: it has the data of production. */
const small = [
  ...['web.count=1', 'memcached.count=1', 'search.engine=none', 'files.store=volume', 'cron.enabled=false'],
  'code.mode=release',
];

const openScratch = ({ dir, told, toldBefore, io, host }: Context, signal: AbortSignal) =>
  openProject({ dir, scratch: true, set: [...toldBefore, ...told, ...small], signal, io, host });

async function drained(events: AsyncGenerator<Event, void>): Promise<void> {
  while (!(await events.next()).done);
}

async function* takeIn(scratch: Context, path: string, backup: Backup): AsyncGenerator<Event, Map<string, number>> {
  for await (const event of importDump(scratch, { from: path }))
    if (event.type === 'step' || event.type === 'progress') yield event;
  const rows = yield* step({ id: 'count', text: 'count the rows of each table' }, () => countRows(scratch));
  const wrong = differences(backup.tables, rows);
  if (wrong.length === 0) return rows;
  throw failed(`The backup of ${momentWords(backup)} is not what it says:\n  ${wrong.slice(0, 8).join('\n  ')}`);
}

async function countRows(scratch: Context): Promise<Map<string, number>> {
  const lines = (await askData(scratch, 'count')).split('\n').map((line) => line.split('\t'));
  return new Map(lines.flatMap(([kind, name = '', rows]) => (kind === 'table' ? [[name, Number(rows)] as const] : [])));
}

function differences(said: Readonly<Record<string, number>>, found: ReadonlyMap<string, number>): string[] {
  const names = new Set([...Object.keys(said), ...found.keys()]);
  return [...names].flatMap((name) => {
    const [before, after] = [said[name], found.get(name)];
    if (before === after) return [];
    if (before === undefined || after === undefined)
      return [`${name} is ${after === undefined ? 'missing' : 'not of it'}`];
    return [`${name} has ${after.toLocaleString('en')} rows instead of ${before.toLocaleString('en')}`];
  });
}

async function askFrontPage(scratch: Context, backup: Backup): Promise<void> {
  const { https = 0 } = scratch.state.ports;
  const problem = await frontPage(scratch, https);
  // A site whose address is in its data sends its visitors there.
  if (!problem || problem.elsewhere) return;
  throw failed(`The site does not work with the backup of ${momentWords(backup)}: ${problem.text}`);
}

const failed = (text: string) =>
  new UserError(text, { hint: 'bootdev data rehearse --from aws --now   (makes another one, and tries that)' });
