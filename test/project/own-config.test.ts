/** Reading bootdev/, and what a person is asked to read of it. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toRead } from '../../src/project/own-config/accepted.ts';
import { readOwnConfig } from '../../src/project/own-config/read.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'own-config-'));
});
afterEach(() => rm(dir, { recursive: true }));

const put = async (path: string, text: string) => {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
};
const problems = async () => (await readOwnConfig(dir)).problems.map(({ path, text }) => `${path}: ${text}`);

test('files of Solr may be larger and more; the others not', async () => {
  const large = 'x'.repeat(100_000);
  await put('bootdev/solr/synonyms_en.txt', large);
  await put('bootdev/solr/lang/stop.txt', 'x');
  for (let n = 0; n < 150; n++) await put(`bootdev/solr/list_${n}.txt`, '');
  await put('bootdev/cron', large);
  const { files } = await readOwnConfig(dir);
  expect([...files.keys()]).toHaveLength(152);
  expect([...files.keys()]).toEqual([...files.keys()].sort());
  expect(await problems()).toEqual(['cron: it has 100000 bytes, at most 65536 are taken.']);
});

test('all of them together have a bound', async () => {
  for (let n = 0; n < 9; n++) await put(`bootdev/solr/list_${n}.txt`, 'x'.repeat(1_000_000));
  expect(await problems()).toEqual(['solr/list_8.txt: it has 1000000 bytes, at most 388608 are taken.']);
});

test('links are not followed, wherever they are', async () => {
  await put('elsewhere/solr/schema.xml', '<schema/>');
  await mkdir(join(dir, 'bootdev'));
  await symlink('../elsewhere/solr', join(dir, 'bootdev/solr'));
  expect(await problems()).toEqual(['solr: it is a link.']);
  await rm(join(dir, 'bootdev'), { recursive: true });
  await symlink('elsewhere', join(dir, 'bootdev'));
  const { files } = await readOwnConfig(dir);
  expect([files.size, await problems()]).toEqual([0, [': it is a link.']]);
});

test('many lists of words are asked for as one; what says what happens is not', () => {
  const lists = ['a', 'b', 'c', 'lang/d'].map((name) => `solr/${name}.txt`);
  const others = ['php/site.ini', 'solr/schema.xml', 'solr/x/y/z.txt'];
  expect(toRead([...lists, ...others]).map(({ title }) => title)).toEqual([
    ...others.map((path) => `bootdev/${path}`),
    'bootdev/solr/*.txt (4 lists of words)',
  ]);
  expect(toRead(lists.slice(1)).map(({ path }) => path)).toEqual(lists.slice(1));
});
