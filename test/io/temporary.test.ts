import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweep, temporaryFor } from '../../src/io/temporary.ts';

test('what a killed run had begun goes; what a living one writes, and all else, stays', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bootdev-sweep-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '0']);
  const own = temporaryFor(join(dir, 'state.json'));
  expect(dirname(own)).toBe(dir);
  const left = own.replace(`.${process.pid}-`, `.${gone}-`);
  await mkdir(join(left, 'below'), { recursive: true });
  await writeFile(own, 'half');
  await writeFile(join(dir, 'notes.tmp'), 'of a person');
  await sweep(dir);
  expect((await readdir(dir)).sort()).toEqual([basename(own), 'notes.tmp'].sort());
  await sweep(join(dir, 'none'));
});
