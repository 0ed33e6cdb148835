/** The shared files of both sides: what differs, and in which batches it goes from one to the other. */
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { openPacked } from '../../io/data/packed.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import type { Settings } from '../../settings/schema.ts';
import { metered, step } from '../../steps.ts';
import { generatedNotice } from '../files/export.ts';
import { leftOutNotice, type Received } from '../files/import.ts';
import { changedFiles } from '../files/local-folder.ts';
import {
  type FileList,
  inWords,
  leaveOut,
  listShared,
  readList,
  type SharedFolder,
  sharedFolder,
} from '../files/shared-folder.ts';
import { withRequests } from './ask-admin.ts';
import type { Side } from './backups.ts';
import { fetchObject } from './download.ts';

export interface FilesBetween {
  /** Private files rather than those that visitors may ask for. */
  isPrivate: boolean;
  /** Also what the application makes again by itself. */
  generated: boolean;
  /** Of a batch: a file that is larger is one of its own. */
  limits?: { bytes: number; files: number };
}

export interface Comparison {
  /** The replica's. */
  folder: SharedFolder;
  /** Of the side that gives. */
  files: FileList;
  /** Paths that go, each batch by one request. */
  batches: string[][];
  unchanged: number;
  /** Of those that go: how many are there otherwise. */
  replaced: number;
  /** Folders that stay out. */
  leftOut: readonly string[];
}

/** How many batches the admin machine is asked for before the first one is done: it looks each minute. */
export const ahead = 3;

/** As many bytes as an upload of some seconds has, and as many files as GlusterFS takes in a minute. */
const usual = { bytes: 256 * 2 ** 20, files: 5_000 };

/** Throws UserError where an environment has no shared files. */
export function refuseOwnFiles({ files: { store } }: Settings): void {
  if (store === 'gluster') return;
  throw new UserError(`With files.store: ${store}, each machine on AWS has files of its own, and none are shared.`, {
    hint: 'set files.store: gluster in bootdev.yaml, then bootdev promote',
  });
}

/**
 * What one side has in its shared files, and the other one has not or has otherwise, goes there by `move`, which is told whom to tell of bytes;
 * nothing is deleted. Throws UserError.
 */
export async function* moveFiles(
  context: Context,
  side: Side,
  options: FilesBetween & { towards: 'aws' | 'here' },
  move: (compared: Comparison, count: (bytes: number) => void) => Promise<Received>,
): AsyncGenerator<Event, void> {
  const { io, settings } = context;
  const started = io.clock.now();
  const isPush = options.towards === 'aws';
  const [from, to] = isPush ? [settings.site.name, side.name] : [side.name, settings.site.name];
  const [verb, text] = isPush ? ['push', 'send'] : ['pull', 'fetch'];
  yield { type: 'begin', verb: `files ${verb}`, project: `${from} → ${to}` };
  const compared = yield* compareSides(context, side, options);
  const { batches, unchanged, replaced, leftOut } = compared;
  const number = batches.flat().length;
  const received =
    number === 0
      ? nothing
      : yield* metered({ id: verb, text: `${text} ${inWords(number)}`, total: tarSize(compared) }, (count) =>
          move(compared, count),
        );
  await io.files.removeFolder(fetchedFolder(context));
  if (received.leftOut > 0) yield leftOutNotice(received);
  if (leftOut.length > 0) yield generatedNotice(leftOut);
  if (isPush && replaced > 0)
    yield {
      ...{ type: 'notice', level: 'info' },
      text: `${inWords(replaced)} had other contents there: what CloudFront keeps of them may be seen for some time.`,
      hint: 'bootdev purge --on aws --all',
    };
  const seconds = (io.clock.now() - started) / 1000;
  yield { type: 'done', text: doneWords(to, received, unchanged), seconds };
}

/** Lists both sides. Throws UserError. */
async function* compareSides(
  context: Context,
  { name, bucket }: Side,
  { isPrivate, generated, limits, towards }: FilesBetween & { towards: 'aws' | 'here' },
): AsyncGenerator<Event, Comparison> {
  const folder = await sharedFolder(context, { isPrivate });
  const known = readApplication(context.settings.application, context.sources.docker).files.generated;
  const leftOut = isPrivate || generated ? [] : known;
  const count = ({ batches }: Comparison) => batches.reduce((sum, { length }) => sum + length, 0);
  return yield* step(
    {
      ...{ id: 'compare', text: `the admin machine lists what ${name} has` },
      done: (all) =>
        `${inWords(all.files.size)} ${towards === 'aws' ? 'here' : `in ${name}`}, ${count(all).toLocaleString('en')} to ${towards === 'aws' ? 'send' : 'fetch'}`,
    },
    async () => {
      const here = await listShared(context, folder);
      const there = await listThere(context, bucket, folder.place);
      const [files, other] = towards === 'aws' ? [here, there] : [there, here];
      leaveOut(files, leftOut);
      const changed = changedFiles(files, other);
      const replaced = changed.filter((path) => other.has(path)).length;
      const batches = [...batchesOf(files, changed, limits)];
      return { folder, files, batches, unchanged: files.size - changed.length, replaced, leftOut };
    },
  );
}

async function listThere(context: Context, bucket: Bucket, place: string): Promise<FileList> {
  const key = await withRequests(context, bucket, async ({ ask, answer }) => {
    const id = await ask({ words: `list-files ${place}`, again: false });
    await answer(id);
    return `files/lists/${id}`;
  });
  const path = await fetchMade(context, bucket, { key, ending: 'gz', count: () => undefined });
  const packed = await openPacked(path, { signal: context.signal });
  if (packed.kind === 'zip') throw damaged(key);
  return readList(packed.pieces);
}

/** Where what is fetched lies meanwhile. */
const fetchedFolder = ({ paths, env }: Context) => join(paths.own, env, 'fetched');

const made = z.object({ bytes: z.number(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** What the admin machine has made, onto this computer; its path. Throws UserError where it is not what that machine wrote. */
export async function fetchMade(
  context: Context,
  bucket: Bucket,
  { key, ending, count }: { key: string; ending: string; count: (bytes: number) => void },
): Promise<string> {
  const about = made.safeParse(JSON.parse((await bucket.get(`${key}.json`))?.text ?? 'null'));
  if (!about.success) throw damaged(key);
  // Its own name: a part of another one is not gone on with.
  const path = join(fetchedFolder(context), about.data.sha256);
  const object = { key: `${key}.${ending}`, ...about.data, path, damaged: damaged(key), count };
  await fetchObject(context, bucket, object);
  return path;
}

const damaged = (key: string) =>
  new UserError(`${key} is damaged: it is not what the admin machine wrote.`, {
    hint: 'the same command again: it makes another one',
  });

/** In the order of their names, so that who was stopped makes the same ones again. */
function* batchesOf(
  files: FileList,
  paths: Iterable<string>,
  { bytes, files: most } = usual,
): Generator<string[], void> {
  let batch: string[] = [];
  let sum = 0;
  for (const path of [...paths].sort()) {
    const size = files.get(path)?.size ?? 0;
    if (batch.length > 0 && (sum + size > bytes || batch.length === most)) {
      yield batch;
      batch = [];
      sum = 0;
    }
    batch.push(path);
    sum += size;
  }
  if (batch.length > 0) yield batch;
}

/** Bytes of a tar of these, but for long names and its end. */
function tarSize({ files, batches }: Comparison): number {
  let sum = 0;
  for (const path of batches.flat()) sum += 512 + 512 * Math.ceil((files.get(path)?.size ?? 0) / 512);
  return sum;
}

export const nothing: Received = { written: 0, bytes: 0, unchanged: 0, leftOut: 0, examples: [] };

export const together = (a: Received, b: Received): Received => ({
  written: a.written + b.written,
  bytes: a.bytes + b.bytes,
  unchanged: a.unchanged + b.unchanged,
  leftOut: a.leftOut + b.leftOut,
  examples: [...a.examples, ...b.examples].slice(0, 5),
});

/** 'production has 1,234 files more (12.3 MB); 5 there already' */
function doneWords(name: string, { written, bytes, unchanged }: Received, before: number): string {
  const size = bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${name} has ${inWords(written)} more or newer (${size}); ${inWords(unchanged + before)} there already`;
}
