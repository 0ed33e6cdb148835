import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { type Received, receiveTar } from '../files/import.ts';
import type { FileList } from '../files/shared-folder.ts';
import { withRequests } from './ask-admin.ts';
import type { Side } from './backups.ts';
import { ahead, type Comparison, type FilesBetween, fetchMade, moveFiles, nothing, together } from './shared-files.ts';

/**
 * What an environment on AWS has in its shared files, and the replica has not or has otherwise, comes here; nothing is deleted. Stopped
 * anywhere, the same command goes on: what is here is not asked for again. Throws UserError.
 */
export const pullFiles = (context: Context, side: Side, options: FilesBetween): AsyncGenerator<Event, void> =>
  moveFiles(context, side, { ...options, towards: 'here' }, (compared, count) =>
    fetchAll(context, side, compared, count),
  );

/** While one batch comes, the admin machine packs the next ones. */
async function fetchAll(
  context: Context,
  { bucket }: Side,
  { folder, files, batches }: Comparison,
  count: (bytes: number) => void,
): Promise<Received> {
  const { files: disk } = context.io;
  return withRequests(context, bucket, async ({ ask, answer }) => {
    const asked: { id: string; sum: string }[] = [];
    let received = nothing;
    for (const at of batches.keys()) {
      for (const batch of batches.slice(asked.length, at + 1 + ahead)) {
        const list = listOf(files, batch);
        const sum = sha256(list);
        await bucket.put(`files/asked/${sum}`, list);
        asked.push({ id: await ask({ words: `pack-files ${sum} ${folder.place}`, again: true }), sum });
      }
      const { id = '', sum } = asked[at] ?? {};
      await answer(id);
      const path = await fetchMade(context, bucket, { key: `files/packs/${sum}`, ending: 'tar', count });
      received = together(received, await receiveTar(context, folder, disk.pieces(path)));
      await disk.removeFolder(path);
    }
    return received;
  });
}

/** As the admin machine lists them. */
const listOf = (files: FileList, paths: readonly string[]): Buffer =>
  Buffer.from(paths.map((path) => `${files.get(path)?.size} ${files.get(path)?.time} ${path}\0`).join(''), 'latin1');
