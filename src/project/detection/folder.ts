import { join } from 'node:path';
import type { Io } from '../../io/io.ts';
import { LARGEST_LOCK } from '../composer/platform.ts';
import type { Read } from './others.ts';

/** A folder of code as it is looked at, by paths below it. */
export interface Folder {
  read: Read;
  /** Names in a folder of it; none where there is none. */
  list: (path: string) => Promise<string[]>;
}

export const folderOf = (dir: string, { readHead, namesIn }: Pick<Io['files'], 'readHead' | 'namesIn'>): Folder => ({
  read: (path) => readHead(join(dir, path), LARGEST_LOCK),
  list: (path) => namesIn(join(dir, path)),
});
