/** Whose rows are whose: each package once, with the lowest image that has it. */
import { expect, test } from 'vitest';
import {
  closure,
  compareClosures,
  type Found,
  forBuild,
  ownRows,
  withFound,
} from '../../../src/images/lock/closure.ts';
import type { Lock, Locked } from '../../../src/images/lock/lock.ts';
import { lockFiles } from '../../../src/images/lock/locked-base.ts';
import { foundIn } from '../../../src/images/lock/record.ts';
import { imageTags } from '../../../src/images/tags.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

type Row = Omit<Locked, 'images'>;
const deb = (name: string, version: string): Row => ({
  architecture: 'amd64',
  name,
  version,
  sha256: `${name}${version}`,
});
const found: Found = new Map([
  ['debian', [deb('libc6', '1'), deb('apt', '1')]],
  ['base', [deb('libc6', '1'), deb('apt', '1'), deb('s6', '1')]],
  ['web', [deb('libc6', '1'), deb('apt', '1'), deb('s6', '1'), deb('nginx', '1'), deb('curl', '1')]],
  ['mysql', [deb('libc6', '2'), deb('apt', '1'), deb('s6', '1'), deb('mysql', '1'), deb('curl', '1')]],
]);
const lock = withFound({ written: [], rows: [] }, 'amd64', found, 'T1');
const versions = (of: Lock, image: string) =>
  [...closure(of, 'amd64', image)].map(([name, { version }]) => `${name} ${version}`).sort();
const names = (of: Lock, image: string) => ownRows(of, 'amd64', image).map(({ name, version }) => `${name} ${version}`);

test('a row stands once, with those images whose base has not the same', () => {
  expect(lock.rows).toHaveLength(7);
  expect(names(lock, 'web')).toEqual(['nginx 1', 'curl 1']);
  expect(names(lock, 'mysql')).toEqual(['curl 1', 'libc6 2', 'mysql 1']);
  expect(lock.rows.find(({ name }) => name === 'curl')?.images).toEqual(['web', 'mysql']);
});

test('an image has all of what it is made from, in its own version', () => {
  expect(versions(lock, 'web')).toEqual(['apt 1', 'curl 1', 'libc6 1', 'nginx 1', 's6 1']);
  expect(versions(lock, 'mysql')).toEqual(['apt 1', 'curl 1', 'libc6 2', 'mysql 1', 's6 1']);
});

test('an image that was found again takes its own rows only, and leaves the other architecture', () => {
  const arm: Locked = { ...deb('nginx', '0'), architecture: 'arm64', images: ['web'] };
  const renewed = withFound(
    { ...lock, rows: [...lock.rows, arm] },
    'amd64',
    new Map([['web', [...(found.get('base') ?? []), deb('nginx', '2')]]]),
    'T2',
  );
  expect(names(renewed, 'web')).toEqual(['nginx 2']);
  expect(names(renewed, 'mysql')).toEqual(names(lock, 'mysql'));
  expect(ownRows(renewed, 'arm64', 'web')).toEqual([arm]);
  expect(renewed.written).toEqual(['T1', 'T2']);
});

test('a sum that nobody knows is no difference; another one, another version, one more and one less are', () => {
  const of = (...rows: Row[]) => new Map(rows.map((row) => [row.name, { ...row, images: [] }]));
  const before = of(deb('a', '1'), deb('b', '1'), deb('c', '1'), deb('d', '1'));
  const after = of(
    { ...deb('a', '1'), sha256: '-' },
    { ...deb('b', '1'), sha256: 'other' },
    deb('c', '2'),
    deb('e', '1'),
  );
  expect(compareClosures(before, after).map(({ name }) => name)).toEqual(['b', 'c', 'd', 'e']);
});

test('what an image says of itself; what its tree was built with is for its build alone', () => {
  const text = 'deb openjdk 1 s1\nbuild openjdk 2 s2\nbuild javac 2 s3\ntree /opt/solr - s4\n';
  const all = withFound(lock, 'amd64', foundIn('solr', text, 'amd64'), 'T1');
  expect(closure(all, 'amd64', 'solr').get('openjdk')?.version).toBe('1');
  expect(closure(all, 'amd64', 'solr').has('javac')).toBe(false);
  expect(forBuild(all, 'amd64', 'solr').get('javac')?.version).toBe('2');
  const files = Object.fromEntries(lockFiles(forBuild(all, 'amd64', 'solr')).map(({ path, bytes }) => [path, bytes]));
  expect(files.packages).not.toContain('/opt/solr');
  expect(files.pins).toContain('Package: javac\nPin: version 2\nPin-Priority: 1001\n');
});

test('a package that no mirror has any more cannot be locked, but in the image of the operating system', () => {
  expect(() => foundIn('web', 'deb nginx 1 -\n', 'amd64')).toThrow('which no mirror has any more');
  expect(foundIn('debian', 'deb libc6 1 -\n', 'amd64').get('debian')).toHaveLength(1);
});

const tags = (of?: Lock, architecture: 'amd64' | 'arm64' = 'amd64') =>
  imageTags(completeSettings(), new Map(), 'packages', of && { lock: of, architecture });

test('a changed package changes the tags of the images that have it; the same lock, the same tags', () => {
  const before = tags(lock);
  expect(tags(structuredClone(lock))).toEqual(before);
  const change = (name: string) => {
    const rows = lock.rows.map((row) => (row.name === name ? { ...row, version: '9' } : row));
    const after = tags({ ...lock, rows });
    return [...before.keys()].filter((image) => after.get(image) !== before.get(image));
  };
  expect(change('nginx')).toEqual(['web', 'xdebug']); // the second is made from the first
  expect(change('curl')).toEqual(['web', 'mysql', 'xdebug']);
  expect(change('s6')).toEqual([...before.keys()]);
});

test('a lock that has nothing of this architecture is as none', () => {
  expect(tags(lock, 'arm64')).toEqual(tags());
  expect(tags(lock)).not.toEqual(tags());
});
