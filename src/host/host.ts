/** The machine that bootdev runs on; tests pass a scripted one. */
import { totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Follow, follow, type Run, run } from '../io/command.ts';
import { exists, freeSpace, isProgram, readIfPossible } from '../io/files.ts';

export interface Distro {
  /** ID of os-release: debian, ubuntu, fedora …; 'unknown' where there is none (macOS). */
  id: string;
  /** ID_LIKE: what it descends from. */
  like: readonly string[];
  /** VERSION_ID as a number; Infinity where there is none (Debian testing and sid, rolling distributions). */
  version: number;
  codename: string;
}

export interface Host {
  platform: NodeJS.Platform;
  distro: Distro;
  root: boolean;
  systemd: boolean;
  env: NodeJS.ProcessEnv;
  /** Bytes. */
  memory: number;
  run: Run;
  follow: Follow;
  /** Whether a program can be found: in PATH, or in the folders of root's PATH. */
  has(program: string): Promise<boolean>;
  /** A file's text; undefined when it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Bytes free for new files; undefined when the path is not on this machine. */
  freeSpace(path: string): Promise<number | undefined>;
}

export async function thisHost(): Promise<Host> {
  return {
    platform: process.platform,
    distro: distro((await readIfPossible('/etc/os-release')) ?? ''),
    root: process.getuid?.() === 0,
    systemd: await exists('/run/systemd/system'),
    env: process.env,
    memory: totalmem(),
    run,
    follow,
    has,
    read: readIfPossible,
    freeSpace,
  };
}

export function distro(osRelease: string): Distro {
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  return {
    id: value('ID') || 'unknown',
    like: value('ID_LIKE').split(' ').filter(Boolean),
    version: Number.parseFloat(value('VERSION_ID')) || Number.POSITIVE_INFINITY,
    codename: value('VERSION_CODENAME'),
  };
}

async function has(program: string) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = await Promise.all(folders.map((folder) => isProgram(join(folder, program))));
  return found.includes(true);
}
