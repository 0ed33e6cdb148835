import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startOf } from '../../src/io/guard/processes.ts';
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
  await writeFile(file, `${pid} ${startOf(process.pid)}`);
  await takeLock(file, 'this replica');
  expect(await readFile(file, 'utf8')).toBe(`${process.pid} ${startOf(process.pid)}`);
});

it.each([
  ['a living foreign process that got the id later', `${process.ppid} 1 another-boot`],
  ['an id alone', String(process.ppid)],
  ['nothing', ''],
  ['a process group', '-1 0'],
  ['a number without end', '9'.repeat(400)],
  ['no text at all', '\0\u001b[31m\n'],
])('takes over a lock that holds %s', async (_, text) => {
  await writeFile(file, text);
  await (await takeLock(file, 'this replica'))();
});

it('is a sentence where it cannot be', async () => {
  await expect(takeLock(join(file, 'below'), 'this replica')).rejects.toThrow(/cannot be taken: /);
});
