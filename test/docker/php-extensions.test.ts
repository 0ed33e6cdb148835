/** What the machines' PHP has, and what ImageMagick is allowed there. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { phpExtensions, phpSeries } from '../../src/machines/php.ts';
import { imageOf } from '../scenarios/images.ts';
import { ask } from './visitor.ts';
import { startWebMachine, type WebMachine } from './web-machine.ts';

/** Tries what it is asked for with a picture, and says what came of it. */
const page = `<?php
header('Cache-Control: no-store');
if (isset($_GET['extensions'])) exit(json_encode(get_loaded_extensions()));
file_put_contents('/tmp/picture.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>');
file_put_contents('/tmp/picture.png', "%!PS\\nshowpage\\n");
file_put_contents('/tmp/picture.msl', '<image><read filename="/etc/passwd"/></image>');
file_put_contents('/tmp/picture.mvg', "viewbox 0 0 9 9\\nfill 'url(http://127.0.0.1/)'\\nrectangle 0,0 9,9\\n");
try {
    $picture = new Imagick();
    [$width, $height] = explode('x', $_GET['size'] ?? '40x30');
    if (isset($_GET['read'])) {
        $picture->setSize(9, 9);
        $picture->readImage($_GET['read']);
    } else {
        $picture->newImage($width, $height, 'red');
        $picture->setImageFormat($_GET['write'] ?? 'png');
        $picture->writeImage('/tmp/made');
        $picture = new Imagick('/tmp/made');
    }
    echo $picture->getImageFormat(), ' ', $picture->getImageWidth();
} catch (ImagickException $e) {
    echo 'refused: ', $e->getMessage();
}
`;

let machine: WebMachine;
let site: string;
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'php-site-'));
  await chmod(site, 0o755);
  await writeFile(join(site, 'index.php'), page);
  machine = await startWebMachine(site, { application: 'php', php: { memoryLimit: 128 } });
});
afterAll(async () => {
  await machine?.remove();
  await rm(site, { recursive: true, force: true });
});

const said = async (query: string) => (await ask(`${machine.url}/?${query}`)).text;
/** As Composer names them. */
const named = (lines: string[]) =>
  [...new Set(lines.map((line) => line.trim().toLowerCase().replaceAll(' ', '-')))].sort();
const modules = (text: string) => named(text.split('\n').filter((line) => line && !line.startsWith('[')));
const known = [...phpExtensions].sort();

test('the list is that of the command line, on both kinds of machine', async () => {
  expect(modules(await machine.exec('php', '-m'))).toEqual(known);
  const admin = (await imageOf('admin')) ?? '';
  const { stdout } = await execa('docker', ['run', '--rm', '--entrypoint', 'php', admin, '-m']);
  expect(modules(stdout)).toEqual(known);
  expect(await machine.exec('php', '-r', 'echo PHP_VERSION;')).toMatch(new RegExp(`^${phpSeries}\\.\\d+`));
});

test('php-fpm has all but what is for the command line', async () => {
  const loaded = named(JSON.parse(await said('extensions')) as string[]);
  expect(known.filter((name) => !loaded.includes(name))).toEqual(['pcntl']);
});

test.each(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'])('ImageMagick makes and reads %s', async (format) => {
  expect(await said(`write=${format}`)).toBe(`${format.toUpperCase()} 40`);
});

test.each([
  ['/tmp/picture.svg', 'SVG'],
  ['/tmp/picture.png', 'PS'], // by its content
  ['msl:/tmp/picture.msl', 'MSL'],
  ['mvg:/tmp/picture.mvg', 'MVG'],
  ['pdf:/tmp/picture.png', 'PDF'],
  ['caption:@/etc/passwd', 'CAPTION'],
  ['text:/etc/passwd', 'TEXT'],
  ['gray:/etc/passwd', 'GRAY'],
  ['inline:data:image/gif;base64,R0lGODlhAQABAAAAACw=', 'INLINE'],
])('ImageMagick does not read %s', async (path, what) => {
  const answer = await said(`read=${encodeURIComponent(path)}`);
  expect(answer).toMatch(/^refused: attempt to perform an operation not allowed by the security policy/);
  expect(answer).toContain(what);
});

test('no address', async () => {
  expect(await said(`read=${encodeURIComponent('http://127.0.0.1:81/')}`)).toMatch(/^refused/);
});

test('a picture larger than the machine is refused', async () => {
  expect(await said('size=20000x10')).toContain('width or height exceeds limit');
  expect(await said('size=15000x15000')).toContain('cache resources exhausted');
  expect(await said('size=6000x4000&write=jpeg')).toBe('JPEG 6000');
});

test('its limit follows php.memoryLimit, also in a running machine', async () => {
  const limit = () => machine.exec('php', '-r', 'echo Imagick::getResourceLimit(Imagick::RESOURCETYPE_MEMORY);');
  expect(await limit()).toBe(String(128 * 1024 ** 2));
  await machine.apply({ application: 'php', php: { memoryLimit: 64, uploadLimit: 32 } });
  expect(await limit()).toBe(String(64 * 1024 ** 2));
});
