/** The site's uploads as they are in the shared files, and the machine through which they are reached. */
import { exitCode, UserError } from '../../errors.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { findRunning } from '../../replica/find.ts';

export interface SharedFolder {
  /** Container of the machine. */
  id: string;
  /** The folder below /srv/files: the same one on AWS. */
  place: string;
  path: string;
}

/** Size in bytes, and seconds since 1970. */
interface FileStat {
  size: number;
  time: number;
}

/** By path, whose characters are bytes (src/io/tree.ts). */
export type FileList = Map<string, FileStat>;

/** What machines keep for themselves there (docker/roles: receive-files, heartbeat, sendmail, cron). */
const own = /^(?:\.bootdev-import|\.machines|\.mail|\.[a-z][a-z0-9-]*-(?:(?:last|runs)(?:\.new)?|lock))$/;

/** Throws UserError where admin is not running. */
export async function sharedFolder(context: Context, { isPrivate }: { isPrivate: boolean }): Promise<SharedFolder> {
  const { container } = await findRunning(context, 'admin');
  const { in: folder } = readApplication(context.settings.application, context.sources.docker).files;
  const place = isPrivate ? 'private' : ['public', ...(folder === undefined ? [] : [folder])].join('/');
  const path = `/srv/files/${place}`;
  if (isPrivate) return { id: container.id, place, path };
  const { code } = await context.io.docker.exec(container.id, ['site', 'mkdir', '--parents', path]);
  if (code === 0) return { id: container.id, place, path };
  throw new UserError(`${path} cannot be made on admin.`, { hint: 'bootdev status' });
}

/** A program on that machine as the site's user: arguments for `docker`. */
export const asSite = ({ id }: SharedFolder, ...command: string[]) => ['exec', '--interactive', id, 'site', ...command];

/** What is there now. Links and what is no file are not. */
export async function listShared({ io, signal }: Context, folder: SharedFolder): Promise<FileList> {
  const find = ['find', folder.path, '-ignore_readdir_race', '-type', 'f', '-printf', '%s %T@ %P\\0'];
  const said = io.stream('docker', asSite(folder, ...find), { signal });
  return readList(
    (async function* () {
      const { exitCode, stderr } = yield* said;
      if (exitCode !== 0) throw unreachable(stderr);
    })(),
  );
}

/** What `find` says of files: size, time and path of each, which ends with a zero byte (docker/roles/backup: files.sh). */
export async function readList(pieces: AsyncIterable<Buffer>): Promise<FileList> {
  const list: FileList = new Map();
  let rest = '';
  for await (const piece of pieces) {
    const records = (rest + piece.toString('latin1')).split('\0');
    rest = records.pop() ?? '';
    for (const record of records) {
      const [, size, time, path] = /^(\d+) (-?\d+)\S* (.*)$/s.exec(record) ?? [];
      if (path && !own.test(path.split('/')[0] ?? '')) list.set(path, { size: Number(size), time: Number(time) });
    }
  }
  return list;
}

/** Takes out of a list what is below these folders. */
export function leaveOut(files: FileList, folders: readonly string[]): void {
  for (const path of files.keys()) if (folders.some((each) => path.startsWith(`${each}/`))) files.delete(path);
}

const unreachable = (said: string) =>
  new UserError(`The shared files cannot be read:\n  ${said.trim().split('\n').slice(-3).join('\n  ')}`, {
    hint: 'bootdev status',
  });

/** Throws UserError for a path that a person gives and that leads nowhere below a folder. */
export function checkBelow(below: string): string {
  const parts = below.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.includes('..') && !below.startsWith('/')) return parts.join('/');
  throw new UserError(`"${below}" is not a path inside of it.`, {
    hint: '--below wp-content/uploads',
    code: exitCode.usage,
  });
}

/** '1,234 files' */
export const inWords = (number: number, one = 'file', many = 'files') =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
