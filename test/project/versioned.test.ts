import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/bundle/digest.ts';
import { versionedFile } from '../../src/bundle/versioned-files.ts';
import { assetChanges, type Ledger } from '../../src/project/release/versioned.ts';

const now = new Date('2026-11-30T12:00:00Z');
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

const changes = (ledger: Ledger, files: Record<string, string>, docroot = '') => {
  const lines = Object.entries(files).map(([path, text]) => `0644 ${sha256(text)} ${path}\n`);
  const read = ({ path }: { path: string }) => ({ bytes: Buffer.from(files[path] ?? '') });
  return assetChanges(ledger, { manifest: [Buffer.from(lines.join(''))], read }, docroot, now);
};

describe('a version in the name', () => {
  test.each([
    ...['/app.3f9a2b1c.css', '/assets/index-DiwrgTda.js', '/jquery-3.7.1.min.js', '/_next/static/chunks/8f3c2a11d0.js'],
    ...['/app-1.css', '/fonts/inter-v12.woff2', '/img/logo.5f2b8c1a.svg', '/a/hero-C9fKx2Qa.webp', '/m.ab12cd34.mjs'],
  ])('%s', (path) => expect(path).toMatch(new RegExp(versionedFile)));

  test.each([
    ...['/style.css', '/main.js', '/photo/IMG_1234.jpg', '/DSC00012.jpg', '/20240101.jpg', '/icon-32x32.png'],
    ...[
      '/app.3f9a2b1c.php',
      '/app.3f9a2b1c.map',
      '/a b1.css',
      '/x1.css?y',
      '/ümlaut1.css',
      'app1.css',
      '/report2024.pdf',
    ],
  ])('none: %s', (path) => expect(path).not.toMatch(new RegExp(versionedFile)));
});

describe('what changes in the bucket', () => {
  const first = { '/app.1111.css': { sha256: sha256('one') } };

  test('the files of a first release, below its docroot, but none that nginx hides', () => {
    const others = { 'web/style.css': '', 'web/vendor/a1.js': '', 'web/.git/a1.js': '', 'tool1.js': '' };
    const made = changes({}, { 'web/app.1111.css': 'one', ...others }, 'web');
    expect(made?.put.map(({ path, type }) => [path, type])).toEqual([['/app.1111.css', 'text/css']]);
    expect(made?.ledger).toEqual(first);
  });
  test('nothing, where the same files are there', () => {
    expect(changes(first, { 'app.1111.css': 'one', 'index.php': 'other' })).toBeUndefined();
  });
  test('a file that went stays, from now on for a time', () => {
    const made = changes(first, { 'app.2222.css': 'two' });
    expect(made?.put.map(({ path }) => path)).toEqual(['/app.2222.css']);
    expect(made?.remove).toEqual([]);
    expect(made?.ledger['/app.1111.css']).toEqual({ sha256: sha256('one'), gone: ago(0) });
  });
  test('one that went 29 days ago is there, one that went 31 days ago is removed', () => {
    const gone = (days: number) => ({ sha256: sha256(''), gone: ago(days) });
    const made = changes({ '/app.1.css': gone(29), '/app.2.css': gone(31) }, { 'app.3.css': 'three' });
    expect(made?.remove).toEqual(['/app.2.css']);
    expect(Object.keys(made?.ledger ?? {})).toEqual(['/app.1.css', '/app.3.css']);
  });
  test('one that is back is not gone, and not sent again', () => {
    const made = changes({ '/app.1111.css': { sha256: sha256('one'), gone: ago(20) } }, { 'app.1111.css': 'one' });
    expect(made).toEqual({ put: [], remove: [], ledger: first });
  });
  test('another content under the same name is sent', () => {
    expect(changes(first, { 'app.1111.css': 'other' })?.put).toHaveLength(1);
  });
  test('a link is none of them', () => {
    const link = Buffer.from(`120000 ${sha256('x')} app.1.css\n`);
    expect(assetChanges({}, { manifest: [link], read: () => ({ bytes: link }) }, '', now)).toBeUndefined();
  });
});
