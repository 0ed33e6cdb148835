import { join } from 'node:path';
import { streamTar } from '../../bundle/tar.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Pieces } from '../../io/command.ts';
import { openPacked } from '../../io/data/packed.ts';
import { isFolder } from '../../io/files.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { refuseOlder } from '../../replica/find.ts';
import { metered, step } from '../../steps.ts';
import { startsAlike, tarOfZip } from './archive.ts';
import { changedFiles, listLocal, sizeOf, tarEntries } from './local-folder.ts';
import { asSite, checkBelow, inWords, listShared, type SharedFolder, sharedFolder } from './shared-folder.ts';

export interface FilesImport {
  /** A folder, a tar (gzip, zstd) or a zip; `-`: a tar on standard input. */
  from: string;
  /** Private files rather than those that visitors may ask for. */
  isPrivate: boolean;
  /** Only what is below this path of it. */
  below: string | undefined;
}

/** docker/roles/php-cli; whole, since an image of an older bootdev has no link to it. */
const receiver = '/etc/bootdev/current/usr/local/bin/receive-files';

/** What it says in the end. */
export interface Received {
  written: number;
  bytes: number;
  unchanged: number;
  leftOut: number;
  examples: string[];
}

/**
 * Brings files into the shared ones: what is there already, by size and second, stays as it is; nothing is deleted. A file is there whole or
 * not at all, so the same command goes on where this was stopped. Throws UserError.
 */
export async function* importFiles(
  context: Context,
  { from, isPrivate, below }: FilesImport,
): AsyncGenerator<Event, void> {
  const { settings, sources } = context;
  const to = await sharedFolder(context, { isPrivate });
  const { at } = readApplication(settings.application, sources.docker).files;
  const asked = below === undefined ? undefined : checkBelow(below);
  yield { type: 'begin', verb: 'files import', project: settings.site.name };
  const usual = isPrivate ? undefined : at;
  const received = (await isFolder(from))
    ? yield* fromFolder(context, to, await folderOf(from, asked, usual))
    : yield* fromArchive(context, to, { from, asked, usual });
  if (received.leftOut > 0) yield leftOutNotice(received);
  const there = received.unchanged > 0 ? `; ${inWords(received.unchanged)} there already` : '';
  yield { type: 'done', text: `${inWords(received.written)} imported${there}` };
}

/** The folder itself, or where the application keeps its uploads in it. Throws UserError. */
async function folderOf(from: string, asked: string | undefined, usual: string | undefined): Promise<string> {
  if (asked === undefined) return usual && (await isFolder(join(from, usual))) ? join(from, usual) : from;
  if (await isFolder(join(from, asked))) return join(from, asked);
  throw new UserError(`${from} has no folder ${asked}.`, { code: exitCode.usage });
}

async function* fromFolder(context: Context, to: SharedFolder, folder: string): AsyncGenerator<Event, Received> {
  const { files, leftOut, changed } = yield* step(
    {
      ...{ id: 'compare', text: `compare ${folder} with what is there` },
      done: ({ files, changed }) =>
        `${inWords(files.size)} in ${folder}, ${changed.length.toLocaleString('en')} to import`,
    },
    async () => {
      const local = listLocal(folder);
      return { ...local, changed: changedFiles(local.files, await listShared(context, to)) };
    },
  );
  const unchanged = files.size - changed.length;
  const said = { written: 0, bytes: 0, unchanged, leftOut: leftOut.length, examples: leftOut.slice(0, 5) };
  if (changed.length === 0) return said;
  const received = yield* receive(context, to, { total: sizeOf(files, changed) }, async function* (count) {
    const entries = tarEntries(folder, files, changed, count);
    yield* streamTar(entries);
  });
  return {
    ...received,
    unchanged: unchanged + received.unchanged,
    leftOut: leftOut.length + received.leftOut,
    examples: [...said.examples, ...received.examples].slice(0, 5),
  };
}

async function* fromArchive(
  context: Context,
  to: SharedFolder,
  { from, asked, usual }: { from: string; asked: string | undefined; usual: string | undefined },
): AsyncGenerator<Event, Received> {
  const meter = { count: (_bytes: number): void => undefined };
  const packed = await openPacked(from, { count: (bytes) => meter.count(bytes), signal: context.signal });
  const tar = packed.kind === 'zip' ? tarOfZip(packed.files) : packed.pieces;
  const { pieces, below } = await startsAlike(tar, usual);
  if (asked === undefined && below !== undefined) {
    yield {
      type: 'notice',
      level: 'info',
      text: `Taken from it: what is below ${below}.`,
      hint: 'another part of it: --below PATH; all: --below .',
    };
  }
  const known = packed.total === undefined ? {} : { total: packed.total };
  return yield* receive(context, to, { ...known, below: asked ?? below ?? '' }, (counter) => {
    meter.count = counter;
    return pieces;
  });
}

async function* receive(
  context: Context,
  to: SharedFolder,
  { total, below = '' }: { total?: number; below?: string },
  tar: (count: (bytes: number) => void) => Pieces,
): AsyncGenerator<Event, Received> {
  return yield* metered({ id: 'import', text: 'import files', total }, (count) =>
    receiveTar(context, to, tar(count), below),
  );
}

/** Gives a tar to the machine. Throws UserError where it stops in the middle. */
export async function receiveTar(
  { io, signal }: Context,
  to: SharedFolder,
  pieces: Pieces,
  below = '',
): Promise<Received> {
  const ended = await io.run('docker', asSite(to, receiver, to.path, below), { pieces, signal });
  const { stdout, stderr, exitCode: code } = ended;
  refuseOlder({ code }, 'admin');
  if (code === 0) return JSON.parse(stdout) as Received;
  throw new UserError(`The import has stopped: ${stderr.trim().split('\n').at(-1)}.`, {
    hint: 'what was imported is whole and stays; the same command goes on from there',
  });
}

export function leftOutNotice({ leftOut, examples }: Received): Event {
  const more = leftOut > examples.length ? ', …' : '';
  const text = `${inWords(leftOut, 'entry', 'entries')} left out: ${examples.join(', ')}${more}`;
  return { type: 'notice', level: 'warning', text };
}
