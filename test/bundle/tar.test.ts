import { text } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { expect, test, vi } from 'vitest';
import { makeTar, type TarEntry } from '../../src/bundle/tar.ts';

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
