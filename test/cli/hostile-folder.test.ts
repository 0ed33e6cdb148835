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

/** Root may write everywhere and has a home: as a user that passwd does not know then. */
const stranger = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_321 } : {};

async function asStranger(args: string[], cwd: string, env: Record<string, string> = {}) {
  const program = [resolve('dist/cli.js'), ...args];
  const options = {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    extendEnv: false,
    reject: false,
    ...stranger,
  } as const;
  return execa(process.execPath, program, { ...options, stdin: 'ignore' });
}

test.each([
  ...verbs.map((args) => [args, 'cannot be made: no permission']),
  [['bundle', '--out', 'bundle'], 'bundle cannot be written: no permission'],
  [['bundle', '--code', 'code.tar'], 'code.tar cannot be written: no permission'],
] as [string[], string][])('%j in a folder that this user cannot write', async (args, reason) => {
  const dir = await project();
  await chmod(dir, 0o555);
  const { stderr, exitCode } = await asStranger(args, dir, { HOME: dir });
  await chmod(dir, 0o755);
  expect(stderr).toMatch(sentence);
  expect(stderr).toContain(reason);
  expect(stderr).toContain('give yourself the right to write there');
  expect(exitCode).toBe(1);
});

test.each<[string, Record<string, string>]>([
  ['no HOME', {}],
  ['an empty one', { HOME: '' }],
  ['a relative one', { HOME: 'home' }],
  ['one that is not there', { HOME: '/nonexistent' }],
  ['one that is a file', { HOME: '/etc/hostname' }],
  ['one that nobody but its owner may enter', { HOME: 'locked' }],
])('a user without a passwd entry and with %s has settings (E1)', async (_, env) => {
  const dir = await project();
  await mkdir(join(dir, 'locked'), { mode: 0o700 });
  await mkdir(join(dir, 'home/.config/bootdev'), { recursive: true });
  await writeFile(join(dir, 'home/.config/bootdev/settings.yaml'), 'web: { count: 6 }\n'); // the project's, not the user's
  await chmod(dir, 0o755);
  const own = env.HOME === 'locked' ? { HOME: join(dir, 'locked') } : env;
  const { stdout, stderr, exitCode } = await asStranger(['config', 'web.count'], dir, own);
  expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'web.count  2  default', stderr: '', exitCode: 0 });
});

test('an output that cannot be written is one sentence', async () => {
  const script = `exec '${process.execPath}' '${resolve('dist/cli.js')}' config >/dev/full`;
  const { stderr, exitCode } = await execa('sh', ['-c', script], { cwd: await project(), reject: false });
  expect({ stderr, exitCode }).toEqual({
    stderr: 'bootdev: the output cannot be written: the disk is full.',
    exitCode: 1,
  });
});

test('a folder that is a file: the hint does not make one of it', async () => {
  const { stderr, code } = await bootdev(['-C', 'bootdev.yaml', 'status'], await project());
  expect(stderr).toBe('bootdev: bootdev.yaml is not a folder.\n  → name the folder that has bootdev.yaml: -C DIR');
  expect(code).toBe(2);
});

test.each([...verbs, ['doctor'], ['init'], ['-C', '/', 'config']])(
  '%s in a folder that was deleted',
  async (...args) => {
    const dir = await project();
    const gone = join(dir, 'gone');
    await mkdir(gone);
    const script = `cd '${gone}' && rmdir '${gone}' && exec '${process.execPath}' '${resolve('dist/cli.js')}' ${args.join(' ')}`;
    const { stderr, exitCode } = await execa('sh', ['-c', script], { reject: false, stdin: 'ignore' });
    expect(stderr).toMatch(sentence);
    expect(exitCode).toBe(2);
  },
);
