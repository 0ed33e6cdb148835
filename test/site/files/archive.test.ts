import { expect, test } from 'vitest';
import { makeTar, type TarEntry } from '../../../src/bundle/tar.ts';
import { startsAlike } from '../../../src/site/files/archive.ts';

const entry = (path: string, size = 10): TarEntry =>
  path.endsWith('/')
    ? { path, mode: '040000', bytes: Buffer.alloc(0) }
    : { path, mode: '0644', bytes: Buffer.alloc(size) };

test.each([
  ['uploads alone', ['./', './2024/', './2024/a.jpg', './b.pdf'], undefined],
  ['the folder of uploads', ['uploads/', 'uploads/2024/a.jpg'], 'uploads'],
  ['the same, with a dot', ['./uploads/2024/a.jpg'], 'uploads'],
  ['its whole way', ['wp-content/uploads/2024/a.jpg'], 'wp-content/uploads'],
  [
    'a site',
    ['index.php', 'wp-admin/', 'wp-admin/about.php', 'wp-content/', 'wp-content/uploads/a.jpg'],
    'wp-content/uploads',
  ],
  [
    'a site whose uploads come late',
    ['wp-login.php', 'wp-admin/x.php', 'wp-admin/y.css', 'license.txt'],
    'wp-content/uploads',
  ],
  ['uploads with a program or two', ['index.php', ...Array.from({ length: 9 }, (_, n) => `${n}.jpg`)], undefined],
  ['nothing', [], undefined],
])('an archive of %s', async (_, paths, below) => {
  const tar = makeTar(paths.map((path) => entry(path)));
  const found = await startsAlike(
    (async function* () {
      for (let at = 0; at < tar.length; at += 700) yield tar.subarray(at, at + 700);
    })(),
    'wp-content/uploads',
  );
  expect(found.below).toBe(below);
  const pieces: Buffer[] = [];
  for await (const piece of found.pieces) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(tar)).toBe(true);
});
