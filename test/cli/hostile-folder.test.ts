/** A folder that is gone, in the way or not ours: one sentence and 1 or 2, never a stack. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bootdev, emptyFolder } from './bootdev.ts';

const verbs = [['status'], ['up'], ['down'], ['logs'], ['parity', '--replica']];

async function project() {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
  return dir;
}

/** One `bootdev: …` line, hints below it, no stack. */
const sentence = /^bootdev: [^\n]+(?:\n {2}→ [^\n]+)?$/;

test.each(verbs)('%s where .bootdev is a file', async (...args) => {
  const dir = await project();
  await writeFile(join(dir, '.bootdev'), '');
  const { stderr, code } = await bootdev(args, dir);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain('.bootdev is a file');
  expect(code).toBe(1);
});

test.each(verbs)('%s in a folder that this user cannot write', async (...args) => {
  const dir = await project();
  // Root may write everywhere: as nobody then.
  const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  await chmod(dir, 0o555);
  const options = {
    cwd: dir,
    env: { XDG_CONFIG_HOME: dir, HOME: dir },
    reject: false,
    stdin: 'ignore',
    ...other,
  } as const;
  const { stderr, exitCode } = await execa(process.execPath, [resolve('dist/cli.js'), ...args], options);
  await chmod(dir, 0o755);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain('cannot be made: no permission');
  expect(exitCode).toBe(1);
});

test.each(verbs)('%s in a folder that was deleted', async (...args) => {
  const dir = await project();
  const gone = join(dir, 'gone');
  await mkdir(gone);
  const script = `cd '${gone}' && rmdir '${gone}' && exec '${process.execPath}' '${resolve('dist/cli.js')}' ${args.join(' ')}`;
  const { stderr, exitCode } = await execa('sh', ['-c', script], { reject: false, stdin: 'ignore' });
  expect(stderr).toMatch(sentence);
  expect(exitCode).toBe(2);
});
