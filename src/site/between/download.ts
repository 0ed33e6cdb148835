import { basename, dirname, join } from 'node:path';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Context } from '../../project/context.ts';
import { metered } from '../../steps.ts';
import type { Backup } from './backups.ts';

interface Download {
  key: string;
  bytes: number;
  sha256: string;
  /** Where it goes on this computer. */
  path: string;
  /** Thrown where its bytes are not those that the admin machine wrote. */
  damaged: UserError;
  count: (bytes: number) => void;
  /** Bytes that are asked for at once. */
  piece?: number | undefined;
}

/** A backup onto this computer: what is here already is not fetched again. Returns its path. Throws UserError. */
export async function* download(
  context: Context,
  bucket: Bucket,
  { key, bytes, sha256, time }: Backup,
  piece?: number,
): AsyncGenerator<Event, string> {
  const { io, paths, env } = context;
  const path = join(paths.own, env, 'data', key.replace('/', '-'));
  if ((await io.files.fileDigest(path).catch(() => undefined)) === sha256) return path;
  const damaged = new UserError(`The backup ${time} is damaged: its bytes are not those that were written.`, {
    hint: 'bootdev data pull --from aws --now   (makes another one); aws s3 ls shows those of other nights',
  });
  yield* metered({ id: 'download', text: `download ${key}`, total: bytes }, (count) =>
    fetchObject(context, bucket, { key, bytes, sha256, path, damaged, count, piece }),
  );
  return path;
}

/** An object as a file that only this user reads; one that was begun goes on where it was. Throws UserError. */
export async function fetchObject(
  { io, signal }: Pick<Context, 'io' | 'signal'>,
  bucket: Bucket,
  { key, bytes, sha256, path, damaged, count, piece = 8 * 2 ** 20 }: Download,
): Promise<void> {
  const file = await io.files.growing(dirname(path), basename(path));
  if ((await file.size()) > bytes) await file.clear();
  count(await file.size());
  for (let at = await file.size(); at < bytes; at = await file.size()) {
    if (signal.aborted) throw new Interrupted('the same command goes on where it was');
    const taken = await bucket.piece(key, at, Math.min(at + piece, bytes));
    await file.append(taken);
    count(taken.length);
  }
  if ((await io.files.fileDigest(file.part)) !== sha256) {
    await file.clear();
    throw damaged;
  }
  await file.finish();
}
