/** `bootdev files` on a running replica. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replica } from './replica.ts';

export function testFiles(replica: Replica) {
  let folder: string;
  const at = (name: string) => join(folder, name);
  /** By path: size and content's sum. */
  const sums = (command: (line: string) => string) => command('find . -type f -exec sha256sum {} + | sort -k2');
  const here = (name: string) =>
    sums((line) => execFileSync('sh', ['-c', line], { cwd: at(name), encoding: 'utf8' }).trim());
  const site = async (line: string) =>
    (await replica.ensure('exec', 'admin', `cd /srv/files/public && ${line}`)).stdout;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bootdev-files-'));
    await mkdir(at('uploads/2024'), { recursive: true });
    await mkdir(at('uploads/css'));
    for (let number = 0; number < 40; number++)
      await writeFile(at(`uploads/2024/${number}.jpg`), Buffer.alloc(9_000, number));
    await writeFile(at('uploads/big'), Buffer.alloc(60_000_000, 7));
    await writeFile(at('uploads/css/made.css'), 'x');
    await writeFile(Buffer.concat([Buffer.from(`${at('uploads')}/`), Buffer.from([0x62, 0xff, 0x64])]), 'not UTF-8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('an import that is killed goes on with the same command: each file whole', async () => {
    const started = replica.start('files', 'import', at('uploads'));
    for (let tries = 0; tries < 200 && !(await site('ls')).includes('2024'); tries++) await pause(20);
    started.kill('SIGKILL');
    await started.catch(() => undefined);
    expect(await site('find . -name big ! -size 60000000c')).toBe('');
    const { stderr } = await replica.ensure('files', 'import', at('uploads'));
    expect(stderr).toMatch(/imported/);
    expect(await site('find . -type f -exec sha256sum {} + | sort -k2')).toBe(here('uploads'));
    expect(await site('find . ! -user www-data -o -name ".bootdev*"')).toBe('');
  });

  test('again: nothing to do', async () => {
    const { stderr } = await replica.ensure('files', 'import', at('uploads'));
    expect(stderr).toContain('0 files imported; 43 files there already');
  });

  test('out into a folder, what differs; and into an archive, whole; and through a pipe', async () => {
    await replica.ensure('files', 'export', at('out'));
    expect(here('out')).toBe(here('uploads'));
    await writeFile(at('out/2024/3.jpg'), 'changed');
    const { stderr } = await replica.ensure('files', 'export', at('out'));
    expect(stderr).toContain('43 files there, 1 to export');
    expect(here('out')).toBe(here('uploads'));
    await replica.ensure('files', 'export', at('all.tar.gz'));
    const twice = await replica.bootdev('files', 'export', at('all.tar.gz'));
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('is there already')]);
    const zip = await replica.bootdev('files', 'export', at('all.zip'));
    expect([zip.code, zip.stderr]).toEqual([2, expect.stringContaining('all.tar.gz')]);
    await mkdir(at('unpacked'));
    execFileSync('tar', ['xzf', at('all.tar.gz'), '-C', at('unpacked')]);
    expect(here('unpacked')).toBe(here('uploads'));
  });

  test('an archive of a whole site: its uploads alone, and what is asked for', async () => {
    await mkdir(at('old/wp-content'), { recursive: true });
    await cp(at('out/2024'), at('old/wp-content/uploads/2025'), { recursive: true });
    await writeFile(at('old/wp-login.php'), '<?php');
    execFileSync('tar', ['czf', at('old.tgz'), '-C', at('old'), '.']);
    await replica.ensure('files', 'import', at('old.tgz'), '--below', './wp-content/uploads/');
    expect(await site('ls 2025 | wc -l; ls')).toMatch(/^40\n/);
    expect(await site('ls')).not.toContain('wp-');
    const wrong = await replica.bootdev('files', 'import', at('old'), '--below', 'none');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('has no folder none')]);
  });

  test('private files are beside them, without what machines keep there', async () => {
    await replica.ensure('files', 'import', at('uploads/2024'), '--private');
    await replica.ensure('files', 'export', '--private', at('private'));
    expect(here('private')).toBe(here('uploads/2024'));
    await replica.ensure('files', 'export', '--private', at('private.tar.gz'));
    expect((await stat(at('private.tar.gz'))).mode & 0o777).toBe(0o600);
  });

  test('what is no archive says so, and changes nothing', async () => {
    await writeFile(at('text.tar'), 'x'.repeat(2000));
    const { code, stderr } = await replica.bootdev('files', 'import', at('text.tar'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('The import has stopped: this is not a tar')]);
  });
}
