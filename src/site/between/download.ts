import { join } from 'node:path';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Context } from '../../project/context.ts';
import { metered } from '../../steps.ts';
import type { Backup } from './backups.ts';

/**
 * A backup onto this computer, where only this user reads it: what is here already is not fetched again. Returns its path. Throws UserError
 * where its bytes are not those that the admin machine wrote.
 */
export async function* download(
  context: Context,
  bucket: Bucket,
  backup: Backup,
  piece = 8 * 2 ** 20,
): AsyncGenerator<Event, string> {
  const { io, paths, env, signal } = context;
  const { key, bytes, sha256 } = backup;
  const folder = join(paths.own, env, 'data');
  const name = key.replace('/', '-');
  const path = join(folder, name);
  if ((await io.files.fileDigest(path).catch(() => undefined)) === sha256) return path;
  const file = await io.files.growing(folder, name);
  if ((await file.size()) > bytes) await file.clear();
  yield* metered({ id: 'download', text: `download ${key}`, total: bytes }, async (count) => {
    count(await file.size());
    for (let at = await file.size(); at < bytes; at = await file.size()) {
      if (signal.aborted) throw new Interrupted('the same command goes on where it was');
      const taken = await bucket.piece(key, at, Math.min(at + piece, bytes));
      await file.append(taken);
      count(taken.length);
    }
    if ((await io.files.fileDigest(file.part)) !== sha256) {
      await file.clear();
      throw new UserError(`The backup ${backup.time} is damaged: its bytes are not those that were written.`, {
        hint: 'bootdev data pull --from aws --now   (makes another one); aws s3 ls shows those of other nights',
      });
    }
    await file.finish();
  });
  return path;
}
