import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** This process in a line, which another one can ask `runningProcess` of. */
export const thisProcess = (): string => `${process.pid} ${startOf(process.pid)}`;

/** Where a process's id means the same process: this computer since it was started, or one container on it. */
export const thisPlace = (): string =>
  process.platform === 'linux' ? `${bootId()} ${readlinkSync('/proc/self/ns/pid')}` : hostname();

/** The living process that a line of `thisProcess` names; undefined for any other text. */
export function runningProcess(line: string): number | undefined {
  const [, id, start] = /^(\d{1,10}) (.+)$/.exec(line) ?? [];
  const pid = Number(id);
  return id && lives(pid) && startOf(pid) === start ? pid : undefined;
}

export function lives(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in the system's own words: with it, an id that was given to another process later is known as such. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
    }
    // Ticks since the system began, so its own id belongs to it. The program's name, in brackets, may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${ticks} ${bootId()}`;
  } catch {
    return undefined;
  }
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
