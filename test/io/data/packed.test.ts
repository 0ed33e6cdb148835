import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { Interrupted } from '../../../src/errors.ts';
import { openPacked } from '../../../src/io/data/packed.ts';

const text = Array.from({ length: 40_000 }, (_, number) => `line ${number * 7919}\n`).join('');
let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootdev-packed-'));
  await writeFile(at('plain'), text);
  await writeFile(at('gzip.sql'), gzipSync(text)); // told by its first bytes, not by its name
  await writeFile(at('two.gz'), Buffer.concat([gzipSync(text.slice(0, 999)), gzipSync(text.slice(999))]));
  await writeFile(at('cut.gz'), gzipSync(text).subarray(0, 20_000));
  await writeFile(at('wrong.gz'), Buffer.concat([gzipSync(text).subarray(0, 500), Buffer.from('x'.repeat(3000))]));
  await writeFile(at('empty'), '');
  await writeFile(at('dump.bz2'), 'BZh91AY');
  await execa('python3', ['-c', zipping, at('two.zip')], { input: text });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const zipping = `
import sys, zipfile
text = sys.stdin.read()
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr(zipfile.ZipInfo("folder/", (2024, 3, 1, 12, 0, 0)), "")
    z.writestr(zipfile.ZipInfo("folder/dump é.sql", (2024, 3, 1, 12, 0, 0)), text, zipfile.ZIP_DEFLATED)
    z.writestr("empty", "")
`;

async function read(from: string) {
  let packed = 0;
  const opened = await openPacked(from, { count: (bytes) => (packed += bytes) });
  if (opened.kind !== 'stream') throw new Error(opened.kind);
  let plain = '';
  for await (const piece of opened.pieces) plain += piece;
  return { total: opened.total, packed, plain };
}

test.each(['plain', 'gzip.sql', 'two.gz', 'empty'])(
  '%s is unpacked, and its packed bytes are counted',
  async (name) => {
    const { total, packed, plain } = await read(at(name));
    expect(plain === (name === 'empty' ? '' : text)).toBe(true);
    expect(packed).toBe(total);
  },
);

const zstd = (await execa('zstd', ['--version'], { reject: false })).exitCode === 0;
test('zstd, where the program is there', async (context) => {
  context.skip(!zstd, 'needs zstd');
  await execa('zstd', ['-q', at('plain'), '-o', at('dump.zst')]);
  expect((await read(at('dump.zst'))).plain === text).toBe(true);
});

test.each([
  ['cut.gz', /cut\.gz is damaged or cut off: unexpected end of file/],
  ['wrong.gz', /wrong\.gz is damaged or cut off/],
  ['dump.bz2', /packed with bzip2/],
  ['none', /none cannot be read: it is not there/],
  ['', /is a folder, not a file/],
])('%j is refused in words', async (name, words) => {
  await expect(read(at(name))).rejects.toThrow(words);
});

it('stops at the signal', async () => {
  const stop = new AbortController();
  const opened = await openPacked(at('gzip.sql'), { signal: stop.signal });
  stop.abort();
  const reading = async () => {
    if (opened.kind === 'stream') for await (const _ of opened.pieces);
  };
  await reading().catch((error) => expect(error).toBeInstanceOf(Interrupted));
});

describe('a zip', () => {
  it('gives its files', async () => {
    let packed = 0;
    const opened = await openPacked(at('two.zip'), { count: (bytes) => (packed += bytes) });
    const files = [];
    if (opened.kind !== 'zip') throw new Error(opened.kind);
    for await (const { name, size, time, pieces } of opened.files) {
      let content = '';
      for await (const piece of pieces) content += piece;
      files.push({ name, size, time, same: content === (size > 0 ? text : '') });
    }
    expect(files).toEqual([
      { name: 'folder/dump é.sql', size: text.length, time: new Date(2024, 2, 1, 12).getTime() / 1000, same: true },
      { name: 'empty', size: 0, time: expect.any(Number), same: true },
    ]);
    expect(packed).toBeGreaterThan(0);
    expect(packed).toBeLessThan(opened.total ?? 0);
  });

  it('that is cut off says so', async () => {
    await writeFile(at('cut.zip'), (await import('node:fs')).readFileSync(at('two.zip')).subarray(0, 3000));
    const opened = await openPacked(at('cut.zip'));
    const reading = async () => {
      if (opened.kind === 'zip') for await (const _ of opened.files);
    };
    await expect(reading()).rejects.toThrow(/cut\.zip is damaged or cut off/);
  });
});
