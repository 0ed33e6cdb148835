import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { refuseLinks } from './guard/links.ts';
import { lives } from './guard/processes.ts';
import { cannotWrite } from './guard/reasons.ts';

/** A name beside `path` for what is being written. The process is part of it, so that a killed run's leftover can be recognised. */
export function temporaryFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`);
}

/** A new empty folder among the system's temporary ones; the caller removes it. Throws UserError. */
export const temporaryFolder = (name: string): Promise<string> =>
  mkdtemp(join(tmpdir(), `${name}-`)).catch((error) => {
    throw cannotWrite(tmpdir(), error);
  });

/** Removes what killed runs (kill -9, a power cut) left half written in `folder`. */
export async function sweep(folder: string): Promise<void> {
  await refuseLinks(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^\..*\.(\d+)-[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
    if (pid && !lives(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}
