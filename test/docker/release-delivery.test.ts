/** Releases on their way into the volume of the code: as changes of another, on a full disk, killed in the middle. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTar } from '../../src/bundle/tar.ts';
import { type Release, readRelease } from '../../src/project/release.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { newVolumes, sent, type Volumes } from './loader-volumes.ts';

let folder: string;
let volumes: Volumes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootdev-delivery-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes the code folder by shell, and reads it. */
function change(script: string): Promise<Release> {
  execFileSync('bash', ['--norc', '-euc', script], { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } });
  return readRelease(folder, completeSettings({ application: 'php', code: { path: '.' } }), new Map());
}
const many = `mkdir -p {a..t}/{1..10}; for f in {a..t}/{1..10}/file-{1..10}.php; do echo "$f" >"$f"; done`;
const done = { exitCode: 0, stderr: '' };
/** The empty folders of what is served. */
const hollow = async () =>
  (await volumes.shell(`cd /code/current/ && find . -mindepth 1 -type d -empty -printf '%P\\n' | LC_ALL=C sort`))
    .split('\n')
    .filter(Boolean);

describe('a release as a change of another', () => {
  beforeAll(async () => {
    volumes = await newVolumes();
  });
  afterAll(() => volumes.remove());

  test('names as bytes, kinds and modes arrive; then each change of them, and nothing else is sent', async () => {
    const first = await change(`
      ${many}
      printf x >$'caf\\xe9.txt'; echo y >'a\\b.php'; echo z >./-o; echo ' ' >' lead'; mkdir -p empty/deep 'with space'
      ln -s ./-o 'to -o'; ln -s $'caf\\xe9.txt' latin; cp /bin/true program; echo '#!/bin/sh' >script; echo p >'with space/p q'
      ln -s a public`);
    expect(await volumes.load(sent(first))).toEqual(done);
    expect(await volumes.state()).toEqual({ whole: [first.digest], broken: [], current: first.digest, left: [] });
    const found = await volumes.shell(
      `cd /code/current && stat -c '%a %F %n' program script -- -o 'to -o' $'caf\\xe9.txt' empty/deep public/1`,
    );
    expect(found.split('\n')).toEqual([
      '755 regular file program',
      '755 regular file script',
      '644 regular file -o',
      '777 symbolic link to -o',
      expect.stringMatching(/^644 regular file caf/),
      '755 directory empty/deep',
      '755 directory public/1',
    ]);

    const changes = [
      'echo other >a/1/file-1.php',
      `rm ./-o 'a\\b.php' $'caf\\xe9.txt'; echo new >'a\\c.php'`, // latin and to -o lead nowhere now
      'mv b moved; rm -r c/1 c/2',
      'rm program; mkdir program; echo in >program/file; rm -r d/1; echo file >d/1', // a file becomes a folder, a folder a file
      'rmdir empty/deep; echo x >empty/now; mkdir hollow; rm -r e/{1..10}; rmdir e; ln -s f e',
      'rm e script; echo "no program" >script; mkdir e; echo x >e/x; ln -sfn hollow latin',
      'echo last >a/1/file-1.php',
    ];
    let base = first;
    for (const [index, script] of changes.entries()) {
      const release = await change(script);
      expect(makeTar(sent(release, base)).length).toBeLessThan(300_000); // of 2,000 files: the manifest, and little else
      expect(await volumes.load(sent(release, base)), script).toEqual(done);
      const { whole, ...state } = await volumes.state();
      expect(state, script).toEqual({ broken: [], current: release.digest, left: [] });
      expect(whole).toContain(base.digest);
      expect(await hollow(), script).toEqual(release.emptyFolders);
      expect(whole, 'the oldest tree is made into the new one').toHaveLength(Math.min(index + 2, 3));
      base = release;
    }
  });

  test('empty folders, which are in no digest, of a release that is here already', async () => {
    const one = await change(`${many}; mkdir -p x/y/z 'with space' gone`);
    expect(await volumes.load(sent(one))).toEqual(done);
    expect(await hollow()).toEqual(['gone', 'with space', 'x/y/z']);
    const two = await change('rm -r x gone; mkdir -p x/new a/1/within');
    expect(two.digest).toBe(one.digest);
    for (const base of [two, undefined]) {
      expect(await volumes.load(sent(two, base))).toEqual(done);
      expect(await hollow()).toEqual(['a/1/within', 'with space', 'x/new']);
    }
    expect(await volumes.state()).toMatchObject({ broken: [], current: one.digest, left: [] });
  });

  test('what did not change is the same file, and keeps its time; what did is another one', async () => {
    const one = await change(`${many}; echo one >a/1/file-1.php`);
    expect(await volumes.load(sent(one))).toEqual(done);
    const two = await change('echo two >a/1/file-1.php');
    expect(await volumes.load(sent(two, one))).toEqual(done);
    const stat = (path: string) =>
      volumes.shell(`stat -c '%i %Y' /code/releases/{${one.digest},${two.digest}}/${path}`);
    const [[same, again], [before, after]] = (await Promise.all(
      ['b/1/file-1.php', 'a/1/file-1.php'].map(async (path) => (await stat(path)).split('\n')),
    )) as [[string, string], [string, string]];
    expect(again).toBe(same);
    expect(after).not.toBe(before);
    expect(await volumes.shell(`cat /code/releases/{${one.digest},${two.digest}}/a/1/file-1.php`)).toBe('one\ntwo');
  });

  test('of one that is not here: 75, and nothing was changed', async () => {
    const before = await volumes.state();
    const base = await change('echo never >index.php');
    const release = await change('echo then >index.php');
    expect(await volumes.load(sent(release, base))).toEqual({
      exitCode: 75,
      stderr: `loader: release ${base.digest} is not here`,
    });
    expect(await volumes.state()).toEqual(before);
  });

  test('of one that somebody wrote into: 65, and whole after it was sent whole', async () => {
    const base = await change('echo base >index.php; echo a >a');
    expect(await volumes.load(sent(base))).toEqual(done);
    await volumes.shell(`echo broken >/code/releases/${base.digest}/a`);
    const release = await change('echo next >index.php');
    expect(await volumes.load(sent(release, base))).toMatchObject({ exitCode: 65 });
    expect((await volumes.state()).current).toBe(base.digest);
    expect(await volumes.load(sent(release))).toEqual(done);
    expect(await volumes.state()).toMatchObject({ current: release.digest, left: [], broken: [base.digest] });
  });

  test.each([
    ['another byte', (tar: Buffer) => tar.fill('X', tar.indexOf('content'), tar.indexOf('content') + 1)],
    ['the end missing', (tar: Buffer) => tar.subarray(0, tar.indexOf('content') - 512)],
  ])('%s on the way: refused, and nothing was changed', async (_, damage) => {
    const before = await volumes.state();
    const release = await change('echo content >index.php');
    const { exitCode } = await volumes.load(damage(makeTar(sent(release))));
    expect(exitCode).toBe(65);
    expect(await volumes.state()).toEqual(before);
  });
});

describe('a disk that is full in the middle', () => {
  beforeAll(async () => {
    volumes = await newVolumes({ size: '4m' });
  });
  afterAll(() => volumes.remove());

  test('the old release stays, the space comes back, and one that fits is taken', async () => {
    const old = await change('echo old >index.php');
    expect(await volumes.load(sent(old))).toEqual(done);
    const large = await change('mkdir lots; for n in {1..300}; do head -c 20000 /dev/urandom >lots/$n; done');
    const { exitCode, stderr } = await volumes.load(sent(large, old));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('No space left on device');
    expect(stderr.split('\n').length).toBeLessThan(5);
    expect(await volumes.state()).toEqual({ whole: [old.digest], broken: [], current: old.digest, left: [] });
    const small = await change('rm -r lots; echo new >index.php');
    expect(await volumes.load(sent(small, old))).toEqual(done);
    expect((await volumes.state()).current).toBe(small.digest);
  });
});

describe('killed at 20 moments', () => {
  beforeAll(async () => {
    volumes = await newVolumes();
  });
  afterAll(() => volumes.remove());

  test('the old release or the new one is served, and every tree is what its name says', async () => {
    let base = await change(many);
    expect(await volumes.load(sent(base))).toEqual(done);
    const edit = (round: number) =>
      change(
        `for f in {a..t}/{1..10}/file-1.php; do echo ${round} >"$f"; done; rm -rf old; mkdir old; echo ${round} >old/${round}`,
      );
    for (let warm = 0; warm < 3; warm++) {
      const next = await edit(-warm);
      expect(await volumes.load(sent(next, base))).toEqual(done);
      base = next;
    }
    const next = await edit(100);
    const started = performance.now();
    expect(await volumes.load(sent(next, base))).toEqual(done);
    const whole = performance.now() - started;
    base = next;

    const outcomes: string[] = [];
    for (let moment = 0; moment < 20; moment++) {
      const release = await edit(moment);
      const killed = await volumes.load(sent(release, base), whole * (0.3 + (0.8 * moment) / 20));
      const { broken, current } = await volumes.state();
      expect(broken, `moment ${moment}`).toEqual([]);
      expect([base.digest, release.digest]).toContain(current);
      outcomes.push(`${killed.exitCode} ${current === base.digest ? 'old' : 'new'}`);
      expect(await volumes.load(sent(release, base)), `moment ${moment}`).toEqual(done);
      const after = await volumes.state();
      expect(after, `moment ${moment}`).toMatchObject({ broken: [], current: release.digest, left: [] });
      base = release;
    }
    // Otherwise the moments were not in the middle.
    expect(outcomes.filter((outcome) => outcome.startsWith('137')).length, outcomes.join()).toBeGreaterThan(5);
  }, 600_000);
});
