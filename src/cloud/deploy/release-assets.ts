import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { AssetChanges, Ledger } from '../../project/release/versioned.ts';
import { step } from '../../steps.ts';
import type { Assets, Cloud } from '../cloud.ts';

/** What the media bucket has: kept where the site itself may not write. */
const key = 'edge/assets.json';
const atOnce = 8;

/** Puts the files of a release that have a version in their name into the media bucket, before any machine serves the release. */
export async function* pushAssets(
  { aws, signal }: Cloud,
  artifacts: Bucket,
  { versioned }: Assets,
  mediaBucket: string,
): AsyncGenerator<Event, void> {
  const changes = versioned(JSON.parse((await artifacts.get(key))?.text ?? '{}') as Ledger);
  if (!changes) return;
  const media = await aws.bucket(mediaBucket);
  const { put, remove, ledger } = changes;
  const text = `upload ${put.length} ${put.length === 1 ? 'file' : 'files'} with a version in the name`;
  yield* step({ id: key, text }, async () => {
    for (let at = 0; at < put.length; at += atOnce) {
      if (signal.aborted)
        throw new UserError('Stopped while uploading.', { hint: 'bootdev promote continues from here' });
      await Promise.all(put.slice(at, at + atOnce).map((each) => putFile(media, each)));
    }
    for (const path of remove) await media.remove(`assets${path}`);
    await artifacts.put(key, JSON.stringify(ledger));
  });
}

function putFile(media: Bucket, { path, type, read }: AssetChanges['put'][number]): Promise<void> {
  const content = read();
  const bytes =
    'bytes' in content ? content.bytes : Buffer.concat(Array.from(content.pieces, (piece) => Buffer.from(piece)));
  return media.put(`assets${path}`, bytes, type);
}
