import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { step } from '../../steps.ts';
import type { Asset } from './asset-list.ts';

/** Uploads the assets that the bucket does not have yet. */
export async function* uploadAssets(
  bucket: Bucket,
  assets: readonly Asset[],
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  const uploaded = await Promise.all(assets.map(({ key }) => bucket.has(key)));
  for (const [index, { key, text, content }] of assets.entries()) {
    if (uploaded[index]) continue;
    if (signal.aborted)
      throw new UserError('Stopped while uploading.', { hint: 'bootdev promote continues from here' });
    yield* step({ id: key, text: `upload ${text}` }, async () =>
      'bytes' in content ? bucket.put(key, await content.bytes()) : bucket.putPacked(key, content.packed()),
    );
  }
}
