/** Code folders as people have them: names, kinds of files, sizes; and folders that change while they are read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256, treeManifest } from '../../src/bundle/digest.ts';
import type { TreeEntry } from '../../src/bundle/files.ts';
import { streamTar } from '../../src/bundle/tar.ts';
import { codeEntries, releaseEntries } from '../../src/project/release/contents.ts';
import { readRelease, releaseNote } from '../../src/project/release.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { entriesOf, pathsOf } from './entries.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bootdev-code-'));
  write('index.php', '<?php');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Names are bytes, a character each. */
const at = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
function write(name: string, text: string | Buffer = 'x'): void {
  mkdirSync(at(dirname(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const release = (docroot = '', signal?: AbortSignal) =>
  readRelease(folder, completeSettings({ application: 'php', code: { path: '.', docroot } }), new Map(), {
    ...(signal ? { signal } : {}),
  });
const modes = async () => new Map(entriesOf(await release()).map(({ path, mode }) => [path, mode]));

describe('names', () => {
  test('with a backslash, like an option, not in UTF-8 (C1, C2)', async () => {
    for (const name of ['a\\b.php', '-o', 'caf\xe9.txt', ' lead', 'tail ', 'a b/c']) write(name);
    const paths = [
      ...Buffer.concat((await release()).manifest)
        .toString('latin1')
        .matchAll(/^\S+ \S+ (.*)$/gm),
    ].map(([, path]) => path);
    expect(paths).toEqual([' lead', '-o', 'a b/c', 'a\\b.php', 'caf\xe9.txt', 'index.php', 'tail ']);
  });

  test('in the order of bytes, also where a folder and a file begin alike', async () => {
    for (const name of ['a/z', 'a.txt', 'a-b', 'a0', 'B', 'caf\xe9/x', 'caf\xe9.txt', 'caf/x']) write(name);
    const { manifest } = await release();
    const entry = (path: string | Buffer): TreeEntry => ({ path, mode: '0644', bytes: Buffer.from('x') });
    const expected = treeManifest([
      ...['a/z', 'a.txt', 'a-b', 'a0', 'B', 'caf/x'].map(entry),
      ...['caf\xe9/x', 'caf\xe9.txt'].map((name) => entry(Buffer.from(name, 'latin1'))),
      { path: 'index.php', mode: '0644', bytes: Buffer.from('<?php') },
    ]);
    expect(Buffer.concat(manifest).toString('latin1')).toBe(expected.toString('latin1'));
  });

  test('a line break is refused with the name, whatever the others are', async () => {
    write('caf\xe9/a\nb.php');
    await expect(release()).rejects.toMatchObject({ message: expect.stringMatching(/a\\nb\.php" has a line break/) });
  });
});

describe('kinds', () => {
  test('a program by its content: a script, a binary; nothing else (C3)', async () => {
    copyFileSync(process.execPath, join(folder, 'node'));
    write('script', '#!/bin/sh\n');
    write('short', '#');
    write('elf.txt', 'ELF');
    write('marked');
    for (const name of ['node', 'script']) chmodSync(at(name), 0o600);
    chmodSync(at('marked'), 0o755);
    expect(Object.fromEntries(await modes())).toEqual({
      ...{ node: '0755', script: '0755' },
      ...{ short: '0644', 'elf.txt': '0644', marked: '0644', 'index.php': '0644' },
    });
  });

  test('an empty folder is delivered; one that has only what is never part is not', async () => {
    mkdirSync(at('cache/pages'), { recursive: true });
    mkdirSync(at('module/.git'), { recursive: true });
    mkdirSync(at('deep/module/.git'), { recursive: true });
    mkdirSync(at('logs'));
    write('logs/old.log');
    write('.bootdevignore', '*.log\n');
    const { emptyFolders, ...taken } = await release();
    expect({ emptyFolders, paths: pathsOf(taken) }).toEqual({
      emptyFolders: ['cache/pages', 'logs'],
      paths: ['index.php'],
    });
  });

  test('a socket is said not to be taken', async () => {
    const server = createServer().listen(join(folder, 'app.sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    const taken = await release();
    server.close();
    expect(pathsOf(taken)).toEqual(['index.php']);
    expect(releaseNote(taken)).toMatch(/not taken: app\.sock$/);
  });

  test('node_modules of the top is left out and said, a deeper one is delivered (C4)', async () => {
    write('node_modules/x/index.js');
    write('themes/x/node_modules/s.css');
    const taken = await release();
    expect(pathsOf(taken)).toEqual(['index.php', 'themes/x/node_modules/s.css']);
    expect(releaseNote(taken)).toMatch(/not taken: node_modules$/);
    write('.bootdevignore', '!/node_modules\n');
    expect(pathsOf(await release())).toContain('node_modules/x/index.js');
    write('.bootdevignore', '/node_modules\n');
    const silent = await release();
    expect(pathsOf(silent)).toEqual(['index.php', 'themes/x/node_modules/s.css']);
    expect(releaseNote(silent)).toBeUndefined();
  });

  test('.bootdevignore cannot bring back what is never part', async () => {
    write('.bootdevignore', '!.git\n!.ssh\n!id_rsa\n!bootdev.yaml\n');
    for (const name of ['.git/config', '.ssh/known_hosts', 'id_rsa', 'bootdev.yaml']) write(name);
    expect(pathsOf(await release())).toEqual(['index.php']);
  });
});

describe('the docroot', () => {
  test.each([
    ['a link', 'public', 'app/web'],
    ['a link over another', 'one', 'public'],
    ['a link as a machine sees it', 'abs', '/srv/code/current/app/web'],
  ])('may be %s (C6)', async (_, docroot, target) => {
    write('app/web/index.php');
    symlinkSync('app/web', at('public'));
    if (docroot !== 'public') symlinkSync(target, at(docroot));
    expect(pathsOf(await release(docroot))).toContain(docroot);
  });

  test.each([
    ['nowhere', 'none'],
    ['to the shared files', '/srv/files/public'],
    ['out of the code', '../..'],
    ['in a circle', 'public'],
  ])('a link %s is no code', async (_, target) => {
    symlinkSync(target, at('public'));
    await expect(release('public')).rejects.toThrow('there is no code in ./public');
  });
});

test('the digest is the one that 0.1.0 gave to such a tree', async () => {
  write('web/index.php', '<?php\n');
  rmSync(at('index.php'));
  write('web/run', '#!/bin/sh\n');
  symlinkSync('a', at('web/l'));
  write('web/with space/x y', 'x\n');
  write(Buffer.from('web/ä/é').toString('latin1'), 'y\n');
  write('web/-o', 'z\n');
  write('web/a/zero', '');
  for (const name of ['empty/deep', 'web/a/b', 'web/files']) mkdirSync(at(name), { recursive: true });
  expect((await release()).digest).toBe('4cf2458f73006b9077a86a7aea28db62b2258c7e21e9a3eedb61a98999ce1cbf');
});

describe('large', () => {
  test('a dump of 2,200 MB is read, and sent, in pieces (C5)', async () => {
    write('dump.sql', 'end');
    truncateSync(at('dump.sql'), 2_200_000_000);
    const taken = await release();
    expect(taken.bytes).toBe(2_200_000_005);
    expect(releaseNote(taken)).toContain('2200 MB');
    const [, second] = streamTar(releaseEntries(taken));
    expect(second?.length).toBeLessThan(1_000_000);
  }, 120_000);
});

describe('what cannot be read', () => {
  test.each(['secret.php', 'private/x'])('%s: one sentence with its name', async (name) => {
    write(name);
    const place = name.includes('/') ? dirname(name) : name;
    chmodSync(at(place), 0);
    const root = process.geteuid?.() === 0; // who may read anything
    if (root) {
      chmodSync(folder, 0o755);
      process.seteuid?.(65_534);
    }
    try {
      await expect(release()).rejects.toMatchObject({
        message: `code.path: ${join(folder, place)} cannot be read: no permission.`,
        hint: expect.stringContaining('.bootdevignore'),
      });
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(at(place), 0o700);
    }
  });
});

describe('a folder that changes', () => {
  const replace = (make: (name: string) => void) => (name: string) => {
    rmSync(at(name));
    make(name);
  };

  test('a file that is always written to is named', async () => {
    write('app.log', Buffer.alloc(120_000_000));
    const script = "while (true) require('node:fs').appendFileSync(process.argv[1], 'x')";
    const writer = spawn(process.execPath, ['-e', script, join(folder, 'app.log')], { stdio: 'ignore' });
    try {
      await expect.poll(() => statSync(at('app.log')).size, { timeout: 20_000 }).toBeGreaterThan(120_000_000);
      await expect(release()).rejects.toMatchObject({
        message: 'code.path: app.log changes while it is read.',
        hint: expect.stringContaining('.bootdevignore'),
      });
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
  });

  test.each<[string, (name: string) => void]>([
    ['has other bytes', (name) => writeFileSync(at(name), 'other')],
    ['is as long, with other bytes', (name) => writeFileSync(at(name), 'y')],
    ['is longer', (name) => appendFileSync(at(name), 'more')],
    ['is cut off', (name) => truncateSync(at(name), 0)],
    ['is gone', (name) => rmSync(at(name))],
    ['is a link', replace((name) => symlinkSync('index.php', at(name)))],
    ['is a folder', replace((name) => mkdirSync(at(name)))],
  ])('a file that %s when it is sent: nothing is sent under the old digest', async (_, change) => {
    write('z.php');
    const taken = await release();
    change('z.php');
    expect(() => [...streamTar(codeEntries(taken, { activate: true }))]).toThrow(
      'z.php was changed while it was delivered',
    );
  });

  test('a link that points elsewhere when it is sent', async () => {
    symlinkSync('a', at('z'));
    const taken = await release();
    rmSync(at('z'));
    symlinkSync('b', at('z'));
    expect(() => [...releaseEntries(taken)]).toThrow('z was changed while it was delivered');
  });

  test('Ctrl-C is heard while a large folder is read', async () => {
    for (let index = 0; index < 3000; index++) write(`${index % 50}/${index}`, Buffer.alloc(30_000));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    await expect(release('', stop.signal)).rejects.toThrow('Stopped.');
  });
});

test('the digest is that of 0.1.0 for what both take', async () => {
  for (const name of ['web/index.php', 'web/core/a b.php', 'vendor/bin/x', 'web/\xe4.css']) write(name, name);
  write('web/run', '#!/usr/bin/env php\n');
  symlinkSync('../vendor', at('web/vendor'));
  // mode, sha256 of the content, path, in the order of bytes: as 0.1.0's src/project/release.ts had it.
  const lines = [
    ['0644', '<?php', 'index.php'],
    ['0644', 'vendor/bin/x', 'vendor/bin/x'],
    ['0644', 'web/core/a b.php', 'web/core/a b.php'],
    ['0644', 'web/index.php', 'web/index.php'],
    ['0755', '#!/usr/bin/env php\n', 'web/run'],
    ['120000', '../vendor', 'web/vendor'],
    ['0644', 'web/\xe4.css', 'web/\xe4.css'],
  ].map(([mode, content = '', path]) => `${mode} ${sha256(content)} ${path}\n`);
  expect((await release()).digest).toBe(sha256(Buffer.from(lines.join(''), 'latin1')));
});
