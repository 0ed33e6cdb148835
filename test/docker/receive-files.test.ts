/** docker/roles/php-cli: receive-files and adopt-all.sh, in a container of admin's image. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { makeTar, type TarEntry } from '../../src/bundle/tar.ts';
import { imageOf } from '../scenarios/images.ts';

const role = resolve('docker/roles/php-cli');
let id: string;
beforeAll(async () => {
  const image = (await imageOf('admin')) ?? '';
  const programs = ['root/usr/local/bin/receive-files', 'adopt-all.sh'].flatMap((path) => [
    '--volume',
    `${role}/${path}:/${path.split('/').at(-1)}:ro`,
  ]);
  // A small disk, so that it can be full.
  const disk = ['--tmpfs', '/srv/files:size=4m,mode=0777'];
  const { stdout } = await execa('docker', [
    'run',
    '--detach',
    '--rm',
    '--network=none',
    ...disk,
    ...programs,
    '--entrypoint=sleep',
    image,
    'infinity',
  ]);
  id = stdout;
});
afterAll(() => execa('docker', ['rm', '--force', id]));
beforeEach(() =>
  shell('rm -rf /srv/files/* && install -d -m 2775 -o www-data -g www-data /srv/files/public /srv/files/private'),
);

async function exec(command: string[], { input = Buffer.alloc(0) as Uint8Array, user = 'www-data' } = {}) {
  const { stdout, stderr, exitCode } = await execa(
    'docker',
    ['exec', '--interactive', '--user', user, id, ...command],
    { input, reject: false },
  );
  return { stdout, stderr, code: exitCode };
}
const shell = async (line: string) => (await exec(['sh', '-c', line], { user: 'root' })).stdout;
async function receive(input: Uint8Array, below = '') {
  const { stdout, ...ended } = await exec(['/receive-files', '/srv/files/public', below], { input });
  return { ...ended, said: stdout ? JSON.parse(stdout) : undefined };
}
const there = async () =>
  (await shell("cd /srv/files/public && find . -type f -printf '%u %m %s %P\\n' | sort -k4"))
    .split('\n')
    .filter(Boolean);
const entry = (path: string, text = path, time = 1_700_000_000): TarEntry => ({
  path,
  mode: '0644',
  time,
  bytes: Buffer.from(text),
});

describe('what other programs pack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-tar-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const long = 'n'.repeat(90);
  mkdirSync(join(folder, 'a', long, long), { recursive: true });
  writeFileSync(join(folder, 'a/ü ñ.txt'), 'umlaut');
  writeFileSync(join(folder, 'a', long, long, 'deep'), 'x');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'block'), 'b'.repeat(1024));
  symlinkSync('/etc/passwd', join(folder, 'link'));

  test.each(['gnu', 'ustar', 'pax'])('%s', async (format) => {
    const tar = execFileSync('tar', ['--create', `--format=${format}`, '--directory', folder, '.']);
    const { code, said } = await receive(tar);
    expect([code, said]).toEqual([
      0,
      { written: 4, bytes: 1031, unchanged: 0, leftOut: 1, examples: ['./link: no file'] },
    ]);
    const all = [
      `www-data 664 1 a/${long}/${long}/deep`,
      'www-data 664 6 a/ü ñ.txt',
      'www-data 664 1024 block',
      'www-data 664 0 empty',
    ];
    expect(await there()).toEqual(all);
    expect((await receive(tar)).said).toMatchObject({ written: 0, unchanged: 4 });
  });
});

it('takes only what is asked for', async () => {
  const tar = makeTar([entry('./index.php'), entry('wp-content/uploads/2024/a.jpg'), entry('wp-content/uploadsx/b')]);
  expect((await receive(tar, 'wp-content/uploads')).said).toMatchObject({ written: 1, leftOut: 0 });
  expect(await there()).toEqual(['www-data 664 29 2024/a.jpg']);
});

it('writes over what is otherwise, and keeps what is not in it', async () => {
  await receive(makeTar([entry('a', 'old'), entry('b', 'stays')]));
  await receive(makeTar([entry('a', 'new', 1_700_000_001)]));
  expect(await shell('cat /srv/files/public/a /srv/files/public/b')).toBe('newstays');
});

test.each(['../out', 'a/../../out', '/srv/files/public/../../../etc/out', '.bootdev-import/x'])(
  'a name that leads elsewhere: %s',
  async (path) => {
    const { code, said } = await receive(makeTar([entry(path, 'evil'), entry('good')]));
    expect([code, said.written, said.leftOut]).toEqual([0, path.startsWith('/') ? 1 : 1, 1]);
    expect(await there()).toEqual(['www-data 664 4 good']);
  },
);

it('follows a link that the site has made only as the site', async () => {
  await exec(['ln', '-s', '/etc', '/srv/files/public/etc']);
  const { code, stderr } = await receive(makeTar([entry('etc/passwd', 'evil')]));
  expect([code, stderr]).toEqual([73, expect.stringContaining('etc/passwd cannot be written')]);
  expect(await shell('head -1 /etc/passwd')).toMatch(/^root:/);
  await exec(['ln', '-s', '/etc/hostname', '/srv/files/public/file']);
  await receive(makeTar([entry('file', 'in its place')]));
  expect(await shell('test -L /srv/files/public/file || cat /srv/files/public/file')).toBe('in its place');
});

it('leaves a folder where a file would be, and a file where a folder would be', async () => {
  await receive(makeTar([entry('a'), entry('b/c')]));
  const { said } = await receive(makeTar([entry('a/x'), entry('b'), entry('d')]));
  expect(said).toMatchObject({
    written: 1,
    examples: ['a/x: a file is where its folder would be', 'b: a folder is there'],
  });
});

test.each([
  ['nothing', Buffer.alloc(0), 'the tar is cut off'],
  ['a text', Buffer.from('x'.repeat(2000)), 'this is not a tar'],
  ['half of one', makeTar([entry('whole'), entry('half', 'h'.repeat(3000))]).subarray(0, 2600), 'the tar is cut off'],
])('%s is refused; what was whole stays', async (_, tar, words) => {
  const { code, stderr } = await receive(tar);
  expect([code, stderr]).toEqual([65, expect.stringContaining(words)]);
  expect(await shell('ls -A /srv/files/public')).toBe(tar.length > 2000 ? 'whole' : '');
});

it('says that the disk is full, and leaves no half file', async () => {
  const tar = makeTar([entry('small'), entry('large', 'l'.repeat(5_000_000))]);
  const { code, stderr } = await receive(tar);
  expect([code, stderr.trim()]).toEqual([73, 'large cannot be written: the disk is full']);
  expect(await shell('ls -A /srv/files/public')).toBe('small');
});

it('is done by one at a time', async () => {
  const first = execa('docker', [
    'exec',
    '--interactive',
    '--user',
    'www-data',
    id,
    '/receive-files',
    '/srv/files/public',
  ]);
  try {
    while (!(await shell('ls -A /srv/files/public')).includes('.bootdev-import'))
      await new Promise((wait) => setTimeout(wait, 50));
    expect(await receive(makeTar([entry('a')]))).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('imported already'),
    });
  } finally {
    first.stdin?.end();
    await first.catch(() => undefined);
  }
});

it('adopts what others have left, through no link', async () => {
  await receive(makeTar([entry('a/b')]));
  await shell(
    'cd /srv/files/public && touch root a/root && chown 1234 a/b && ln -s /etc/shadow link && chown -h root link',
  );
  expect((await exec(['/adopt-all.sh'], { user: 'root' })).stdout).toBe('4');
  expect(await shell('find /srv/files/public /srv/files/private -mindepth 1 ! -user www-data')).toBe('');
  expect(await shell('stat -c %U /etc/shadow')).toBe('root');
});
