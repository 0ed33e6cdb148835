import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTar, streamTar, type TarEntry } from '../../src/bundle/tar.ts';

const entries: TarEntry[] = [
  { path: 'b/page.php', mode: '0644', bytes: Buffer.from('<?php') },
  { path: 'a', mode: '0755', bytes: Buffer.from('#!/bin/sh\n') },
  { path: `long/${'n'.repeat(150)}`, mode: '0644', bytes: Buffer.alloc(0) },
  { path: 'link', mode: '120000', bytes: Buffer.from('b/page.php') },
];

async function read(tar: Buffer): Promise<(Header & { content: string })[]> {
  const found: (Header & { content: string })[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) found.push({ ...entry.header, content: await text(entry) });
  return found;
}

test('each entry as it is, in its order, without time and owner', async () => {
  const found = await read(await makeTar(entries));
  expect(found.map(({ name, mode, type, linkname, content }) => [name, mode, type, linkname, content])).toEqual([
    ['b/page.php', 0o644, 'file', null, '<?php'],
    ['a', 0o755, 'file', null, '#!/bin/sh\n'],
    [`long/${'n'.repeat(150)}`, 0o644, 'file', null, ''],
    ['link', 0o644, 'symlink', 'b/page.php', ''],
  ]);
  expect(found.every(({ uid, gid, mtime }) => uid === 0 && gid === 0 && mtime?.getTime() === 0)).toBe(true);
});

test('same entries, same bytes, at any time', async () => {
  const first = await makeTar(entries);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2031, 0) });
  try {
    expect((await makeTar(entries)).equals(first)).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('names are bytes of any length, for tar as machines have it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const names = [
    'caf\xe9.txt',
    'a\\b.php',
    '-o',
    ' x ',
    '\xff',
    `${'d'.repeat(90)}/${'\xe9'.repeat(200)}`,
    'n'.repeat(100),
  ];
  const latin = (name: string) => Buffer.from(name, 'latin1');
  const target = latin(`${'../'.repeat(60)}caf\xe9`);
  const tar = makeTar([
    ...names.map((name) => ({ path: latin(name), mode: '0644' as const, bytes: latin(name), time: 1_700_000_000 })),
    { path: latin('to \xe9'), mode: '120000', bytes: target },
    { path: 'empty/folder/', mode: '040000', bytes: Buffer.alloc(0) },
  ]);
  execFileSync('tar', ['-xf', '-', '-C', folder], { input: tar });
  const at = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), latin(name)]);
  expect(names.map((name) => readFileSync(at(name)).toString('latin1'))).toEqual(names);
  expect(statSync(at('-o')).mtimeMs).toBe(1_700_000_000_000);
  expect(readlinkSync(at('to \xe9'), { encoding: 'buffer' }).equals(target)).toBe(true);
  expect(readdirSync(join(folder, 'empty/folder'))).toEqual([]);
});

test('a file over 8 GB has its size', () => {
  const [start = Buffer.alloc(0)] = streamTar([
    { path: 'dump.sql', mode: '0644', size: 9_000_000_001, pieces: [Buffer.alloc(1 << 18)] },
  ]);
  const { stdout } = spawnSync('tar', ['-tvf', '-'], { input: start, encoding: 'utf8' }); // it misses the rest
  expect(stdout).toMatch(/ 9000000001 .* dump\.sql$/m);
});
