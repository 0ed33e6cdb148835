import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import type { Context } from '../../project/context.ts';
import { tarOf } from '../files/export.ts';
import type { Received } from '../files/import.ts';
import { Refused, withRequests } from './ask-admin.ts';
import type { Side } from './backups.ts';
import { ahead, type Comparison, type FilesBetween, moveFiles, nothing, together } from './shared-files.ts';
import { uploadParts } from './upload.ts';

/**
 * What the replica has in its shared files, and an environment on AWS has not or has otherwise, goes there; nothing is deleted. Stopped
 * anywhere, the same command goes on: what was taken in is there, and parts that are in the bucket are not sent again. Throws UserError.
 */
export const pushFiles = (
  context: Context,
  side: Side,
  options: FilesBetween,
  partSize = 16 * 2 ** 20,
): AsyncGenerator<Event, void> =>
  moveFiles(context, side, { ...options, towards: 'aws' }, (compared, count) =>
    sendAll(context, side, compared, { partSize, count }),
  );

interface Sending {
  partSize: number;
  count: (bytes: number) => void;
}

/** While one batch is sent, the admin machine takes in those before. */
async function sendAll(
  context: Context,
  { bucket }: Side,
  { folder, batches }: Comparison,
  { partSize, count }: Sending,
): Promise<Received> {
  const { signal } = context;
  return withRequests(context, bucket, async ({ ask, answer }) => {
    const sent: { id: string; sum: string; parts: string[] }[] = [];
    let received = nothing;
    const takeIn = async (most: number) => {
      for (let each = sent[0]; each && sent.length > most; each = sent[0]) {
        await answer(each.id).catch((error) => forget(bucket, each.parts, error));
        const taken = await bucket.get(`files/taken/${each.sum}.json`);
        received = together(received, taken ? (JSON.parse(taken.text) as Received) : nothing);
        sent.shift();
      }
    };
    for (const batch of batches) {
      const keyOf = (part: Buffer) => `files/parts/${sha256(part)}`;
      const parts = await uploadParts(bucket, {
        ...{ pieces: tarOf(context, folder, batch), keyOf, partSize, count, signal },
      });
      const list = parts.map((key) => `${key.slice('files/parts/'.length)}\n`).join('');
      const sum = sha256(list);
      await bucket.put(`files/sent/${sum}`, list);
      sent.push({ id: await ask({ words: `take-files ${sum} ${folder.place}`, again: true }), sum, parts });
      await takeIn(ahead);
    }
    await takeIn(0);
    return received;
  });
}

/** A part that is not what it was would be found in the bucket again and again. Throws the error. */
async function forget(bucket: Bucket, parts: readonly string[], error: unknown): Promise<never> {
  if (error instanceof Refused) for (const key of parts) await bucket.remove(key);
  throw error;
}
