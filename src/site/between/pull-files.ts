import { sha256 } from '../../bundle/digest.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { metered } from '../../steps.ts';
import { generatedNotice } from '../files/export.ts';
import { leftOutNotice, type Received, receiveTar } from '../files/import.ts';
import { type FileList, inWords } from '../files/shared-folder.ts';
import { withRequests } from './ask-admin.ts';
import type { Side } from './backups.ts';
import {
  ahead,
  type Comparison,
  compareSides,
  doneWords,
  type FilesBetween,
  fetchedFolder,
  fetchMade,
  nothing,
  tarSize,
  together,
} from './shared-files.ts';

/**
 * What an environment on AWS has in its shared files, and the replica has not or has otherwise, comes here; nothing is deleted. Stopped
 * anywhere, the same command goes on: what is here is not asked for again. Throws UserError.
 */
export async function* pullFiles(context: Context, side: Side, options: FilesBetween): AsyncGenerator<Event, void> {
  const { io, settings } = context;
  const started = io.clock.now();
  yield { type: 'begin', verb: 'files pull', project: `${side.name} → ${settings.site.name}` };
  const compared = yield* compareSides(context, side, { ...options, towards: 'here' });
  const { batches, unchanged, leftOut } = compared;
  const number = batches.flat().length;
  const received =
    number === 0
      ? nothing
      : yield* metered({ id: 'pull', text: `fetch ${inWords(number)}`, total: tarSize(compared) }, (count) =>
          fetchAll(context, side, compared, count),
        );
  await io.files.removeFolder(fetchedFolder(context));
  if (received.leftOut > 0) yield leftOutNotice(received);
  if (leftOut.length > 0) yield generatedNotice(leftOut);
  const seconds = (io.clock.now() - started) / 1000;
  yield { type: 'done', text: doneWords(settings.site.name, received, unchanged), seconds };
}

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
