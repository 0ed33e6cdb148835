import { pipeline } from 'node:stream';
import { extract } from 'tar-stream';
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { gzipped } from '../../io/data/packed.ts';
import { placeFile } from '../../io/data/place.ts';
import { exists, isFolder } from '../../io/files.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { metered, step } from '../../steps.ts';
import { changedFiles, listLocal, sizeOf } from './local-folder.ts';
import {
  asSite,
  type FileList,
  inWords,
  leaveOut,
  listShared,
  type SharedFolder,
  sharedFolder,
} from './shared-folder.ts';

export interface FilesExport {
  /** A folder, or an archive: .tar, .tar.gz, .tgz; `-`: a tar on standard output. */
  to: string;
  isPrivate: boolean;
  /** Also what the application makes again by itself. */
  generated: boolean;
  /** For `-`. */
  write: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}

/**
 * Takes files out of the shared ones: into a folder what differs there by size and second, into an archive all. An archive is written whole
 * or not at all. Nothing is deleted. Throws UserError.
 */
export async function* exportFiles(context: Context, options: FilesExport): AsyncGenerator<Event, void> {
  const { settings, sources } = context;
  const { to, isPrivate } = options;
  const isArchive = to === '-' || /\.(?:tar|tar\.gz|tgz)$/.test(to);
  await refuse(to, isArchive);
  const from = await sharedFolder(context, { isPrivate });
  yield { type: 'begin', verb: 'files export', project: settings.site.name };
  const { generated } = readApplication(settings.application, sources.docker).files;
  const leftOut = isPrivate || options.generated ? [] : generated;
  const { files, paths } = yield* step(
    {
      ...{ id: 'list', text: 'look what is there' },
      done: ({ files, paths }) => `${inWords(files.size)} there, ${paths.length.toLocaleString('en')} to export`,
    },
    async () => {
      const files = await listShared(context, from);
      leaveOut(files, leftOut);
      const here = isArchive || !(await isFolder(to)) ? new Map() : listLocal(to).files;
      return { files, paths: changedFiles(files, here) };
    },
  );
  const lost =
    paths.length === 0 && !isArchive
      ? 0
      : yield* metered({ id: 'export', text: 'export files', total: sizeOf(files, paths) }, (count) =>
          write(context, { from, files, paths, options, isArchive }, count),
        );
  if (lost > 0) {
    yield { type: 'notice', level: 'warning', text: `${inWords(lost)} went away meanwhile.` };
  }
  if (leftOut.length > 0) yield generatedNotice(leftOut);
  yield { type: 'done', text: `${inWords(paths.length - lost)} exported${to === '-' ? '' : ` to ${to}`}` };
}

async function refuse(to: string, isArchive: boolean): Promise<void> {
  const [ending] = /\.(?:zip|rar|7z|bz2|xz|zst|gz)$/.exec(to) ?? [];
  if (ending && !isArchive) {
    throw new UserError(`An archive is not written as ${ending} here.`, {
      hint: `${to.slice(0, -ending.length)}.tar.gz`,
      code: exitCode.usage,
    });
  }
  if (to === '-' || !(await exists(to))) return;
  if (isArchive) {
    throw new UserError(`${to} is there already.`, {
      hint: 'choose another name, or move it away',
      code: exitCode.usage,
    });
  }
  if (await isFolder(to)) return;
  throw new UserError(`${to} is neither a folder nor the name of an archive.`, {
    hint: 'bootdev files export files.tar.gz, or the name of a folder',
    code: exitCode.usage,
  });
}

interface Export {
  from: SharedFolder;
  files: FileList;
  paths: string[];
  options: FilesExport;
  isArchive: boolean;
}

/** Returns how many were gone when it was their turn. */
async function write(
  context: Context,
  { from, files, paths, options: { to, isPrivate, write }, isArchive }: Export,
  count: (bytes: number) => void,
): Promise<number> {
  const pieces = tarOf(context, from, paths);
  if (!isArchive) return paths.length - (await intoFolder(pieces, to, files, count));
  const packed = /gz$/.test(to) ? gzipped(counted(pieces, count), 4) : counted(pieces, count);
  if (to === '-') await write(packed);
  else await context.io.files.writeWhole(to, packed, isPrivate ? 0o600 : undefined);
  return 0;
}

async function* counted(pieces: AsyncIterable<Buffer>, count: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  for await (const piece of pieces) {
    count(piece.length);
    yield piece;
  }
}

/** What of these is still there, as a tar, in this order. Throws UserError where it cannot be read. */
export async function* tarOf(
  { io, signal }: Context,
  from: SharedFolder,
  paths: readonly string[],
): AsyncGenerator<Buffer, void> {
  const names = paths.map((path) => Buffer.from(`./${path}\0`, 'latin1'));
  const owner = ['--owner=0', '--group=0', '--numeric-owner'];
  const list = ['--null', '--no-recursion', '--ignore-failed-read', '--files-from=-'];
  const tar = ['tar', '--create', '--format=gnu', ...owner, `--directory=${from.path}`, ...list];
  const { exitCode: code, stderr } = yield* io.stream('docker', asSite(from, ...tar), { pieces: names, signal });
  if (code > 1 && !signal.aborted) {
    throw new UserError(`The shared files cannot be read:\n  ${stderr.trim().split('\n').slice(-3).join('\n  ')}`, {
      hint: 'bootdev status',
    });
  }
}

export const generatedNotice = (folders: readonly string[]): Event => ({
  type: 'notice',
  level: 'info',
  text: `Left out, since the site makes them again: ${folders.join(', ')}`,
  hint: 'with them: --generated',
});

/** Writes what was asked for, and nothing else. Returns how many. */
async function intoFolder(
  pieces: AsyncIterable<Buffer>,
  to: string,
  files: FileList,
  count: (bytes: number) => void,
): Promise<number> {
  const asBytes = { filenameEncoding: 'latin1' } as Parameters<typeof extract>[0]; // its types do not know the option
  const entries = extract(asBytes);
  pipeline(pieces, entries, () => undefined); // its error comes out of the loop
  let written = 0;
  for await (const entry of entries) {
    const path = entry.header.name.replace(/^\.\//, '');
    const known = entry.header.type === 'file' ? files.get(path) : undefined;
    if (!known) {
      entry.resume();
      continue;
    }
    await placeFile(to, path, { pieces: entry as AsyncIterable<Buffer>, time: known.time });
    count(known.size);
    written += 1;
  }
  return written;
}
