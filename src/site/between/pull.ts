import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { openPacked } from '../../io/data/packed.ts';
import type { Context } from '../../project/context.ts';
import { metered } from '../../steps.ts';
import { importDump } from '../database/import.ts';
import { leakWords } from '../sanitise/sanitise.ts';
import { LeakScanner } from '../sanitise/scan.ts';
import { askAdmin } from './ask-admin.ts';
import { type Backup, newestBackup, readBackup, type Side } from './backups.ts';
import { download } from './download.ts';

interface PullOptions {
  /** The admin machine makes a backup first. */
  now: boolean;
  /** Without persons: that is made there, before it leaves. */
  sanitised: boolean;
}

/** The newest backup of an environment on AWS becomes the data of the replica. Stopped anywhere, the same command goes on. Throws UserError. */
export async function* pull(
  context: Context,
  { name, bucket }: Side,
  { now, sanitised }: PullOptions,
): AsyncGenerator<Event, void> {
  yield { type: 'begin', verb: 'data pull', project: `${name} → ${context.settings.site.name}` };
  const backup = yield* chooseBackup(context, bucket, now);
  const chosen = sanitised ? yield* sanitisedOf(context, bucket, backup) : backup;
  const path = yield* download(context, bucket, chosen);
  if (sanitised) yield* lookThrough(context, path);
  for (const name of backup.broken)
    yield {
      type: 'notice',
      level: 'warning',
      text: `Not in the backup, since it does not work or cannot be read there: ${name}`,
    };
  for await (const event of importDump(context, { from: path, snapshot: true }))
    if (event.type !== 'begin') yield event;
  await context.io.files.removeFolder(path);
}

export async function* chooseBackup(context: Context, bucket: Bucket, now: boolean): AsyncGenerator<Event, Backup> {
  if (!now) return newestBackup(bucket);
  const text = 'a backup is made by the admin machine';
  const time = yield* askAdmin(context, bucket, { words: 'backup', text, again: false });
  return found(await readBackup(bucket, 'backups', time), time);
}

async function* sanitisedOf(context: Context, bucket: Bucket, { time }: Backup): AsyncGenerator<Event, Backup> {
  const there = await readBackup(bucket, 'sanitised', time);
  if (there) return there;
  const text = 'persons are taken out of it, by the admin machine';
  yield* askAdmin(context, bucket, { words: `sanitise ${time}`, text, again: true });
  return found(await readBackup(bucket, 'sanitised', time), time);
}

function found(backup: Backup | undefined, time: string): Backup {
  if (backup) return backup;
  throw new UserError(`The backup ${time} was made, and is not in the bucket.`, { hint: 'the same command again' });
}

/** By who does not know the rules: docker/roles/php-cli took out what it knows. */
async function* lookThrough({ io, signal }: Context, path: string): AsyncGenerator<Event, void> {
  const scanner = new LeakScanner();
  yield* metered({ id: 'scan', text: 'look for persons in what has come' }, async (count) => {
    const packed = await openPacked(path, { count, signal });
    if (packed.kind === 'stream') for await (const piece of packed.pieces) scanner.push(piece);
  });
  const leaks = scanner.end();
  if (leaks.length === 0) return;
  await io.files.removeFolder(path);
  throw new UserError(
    `There is still something of persons in it, so it was deleted here, and nothing was imported:\n  ${leaks.slice(0, 8).map(leakWords).join('\n  ')}`,
    { hint: 'a fault of bootdev: please report the kind of value' },
  );
}
