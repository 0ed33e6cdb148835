import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '../../src/io/lock.ts';

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'bootdev-lock-')), 'lock');
});
afterEach(() => rm(file, { force: true }));

it('keeps a second run out until it is released', async () => {
  const release = await takeLock(file, 'this replica');
  await expect(takeLock(file, 'this replica')).rejects.toThrow(`process ${process.pid}`);
  await release();
  await (await takeLock(file, 'this replica'))();
});

it('takes over the lock of a process that was killed', async () => {
  const { pid } = spawnSync('true');
  await writeFile(file, String(pid));
  await takeLock(file, 'this replica');
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
});
