/** The site's uploads as they are in the shared files, and the machine through which they are reached. */
import { exitCode, UserError } from '../../errors.ts';
import { readApplication } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import { findRunning } from '../../replica/find.ts';

export interface SharedFolder {
  /** Container of the machine. */
  id: string;
  path: string;
}

/** Size in bytes, and seconds since 1970. */
interface FileStat {
  size: number;
  time: number;
}

/** By path, whose characters are bytes (src/io/tree.ts). */
export type FileList = Map<string, FileStat>;

/** What machines keep for themselves there (docker/roles: receive-files, heartbeat, cron). */
const own = ['.bootdev-import', '.machines', '.cron-last', '.cron-lock'];

/** Throws UserError where admin is not running. */
export async function sharedFolder(context: Context, { isPrivate }: { isPrivate: boolean }): Promise<SharedFolder> {
  const { container } = await findRunning(context, 'admin');
  if (isPrivate) return { id: container.id, path: '/srv/files/private' };
  const { in: folder } = readApplication(context.settings.application, context.sources.docker).files;
  const path = ['/srv/files/public', ...(folder === undefined ? [] : [folder])].join('/');
  const { code } = await context.io.docker.exec(container.id, ['site', 'mkdir', '--parents', path]);
  if (code === 0) return { id: container.id, path };
  throw new UserError(`${path} cannot be made on admin.`, { hint: 'bootdev status' });
}

/** A program on that machine as the site's user: arguments for `docker`. */
export const asSite = ({ id }: SharedFolder, ...command: string[]) => ['exec', '--interactive', id, 'site', ...command];

/** What is there now. Links and what is no file are not. */
export async function listShared({ io, signal }: Context, folder: SharedFolder): Promise<FileList> {
  const skipped = own.flatMap((name) => ['-path', `${folder.path}/${name}`, '-prune', '-o']);
  const find = ['find', folder.path, ...skipped, '-type', 'f', '-printf', '%s %T@ %P\\0'];
  const pieces = io.stream('docker', asSite(folder, ...find), { signal });
  const list: FileList = new Map();
  let rest = '';
  for (;;) {
    const next = await pieces.next();
    if (next.done) {
      if (next.value.exitCode !== 0) throw unreachable(next.value.stderr);
      return list;
    }
    const records = (rest + next.value.toString('latin1')).split('\0');
    rest = records.pop() ?? '';
    for (const record of records) {
      const [, size, time, path] = /^(\d+) (-?\d+)\S* (.*)$/s.exec(record) ?? [];
      if (path) list.set(path, { size: Number(size), time: Number(time) });
    }
  }
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
