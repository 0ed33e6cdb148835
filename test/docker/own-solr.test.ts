/** A core's configuration of the site's own on a real machine: it is used and changed in place, and a wrong one changes nothing. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configset } from '../bundle/own-config/configset.ts';
import { docker, newReplica, type Replica } from '../scenarios/replica.ts';

let replica: Replica;
const put = async (files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(replica.dir, 'bootdev', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
};
beforeAll(async () => {
  replica = await newReplica('site: { name: searcher }\nfiles: { store: volume }\nweb: { count: 1 }\n');
  await put(configset);
  await replica.ensure('up', '--yes');
});
afterAll(() => replica?.remove());

/** As Drupal asks: from a web machine. */
const ask = async (path: string, ...options: string[]) => {
  const web = await replica.container('web-1');
  return docker('exec', web, 'curl', '-fsS', ...options, `http://solr:8983/solr/site${path}`);
};
const schemaName = async () => (JSON.parse(await ask('/admin/system')) as { core: { schema: string } }).core.schema;
const find = async (query: string) => {
  const parameters = {
    q: `{!boost b=boost_document}${query}`,
    fq: '+index_id:idx +hash:h',
    fl: 'id,score',
    omitHeader: 'true',
    hl: 'true',
    'hl.fl': '*',
  };
  const options = Object.entries(parameters).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
  const { response } = JSON.parse(await ask('/select', '-G', ...options)) as { response: { docs: { id: string }[] } };
  return response.docs.map(({ id }) => id);
};
const digest = async () => (await replica.status()).machines.find(({ name }) => name === 'solr')?.digest;

test('a document is indexed and found by the rules of the own schema', async () => {
  expect(await schemaName()).toBe('drupal-4.3.5-solr-9.x-1');
  const document = {
    id: 'h-idx-entity:node/1:en',
    index_id: 'idx',
    hash: 'h',
    boost_document: 1,
    tm_X3b_en_title: ['The running of houses'],
  };
  await ask('/update?commit=true', '-H', 'Content-Type: application/json', '--data', JSON.stringify([document]));
  expect(await find('tm_X3b_en_title:(+"run" +"dwelling")')).toEqual([document.id]);
  expect(await find('tm_X3b_en_title:(+"castle")')).toEqual([]);
});

test('a changed list and a changed property are used in place; the index stays', async () => {
  await put({
    'solr/synonyms_en.txt': 'house,castle\n',
    'solr/solrcore.properties': 'solr.autoSoftCommit.MaxTime=1234\n',
  });
  await replica.ensure('up', '--yes');
  expect(await find('tm_X3b_en_title:(+"castle")')).toEqual(['h-idx-entity:node/1:en']);
  const solr = await replica.container('solr');
  const handler = await docker('exec', solr, 'curl', '-fsS', 'http://127.0.0.1:8983/solr/site/config/updateHandler');
  expect(handler.replace(/\s/g, '')).toMatch(/"autoSoftCommit":\{[^}]*"maxTime":1234/);
  await replica.ensure('parity', '--replica');
});

test.each([
  [
    'solr/schema_extra_fields.xml',
    '\n<dynamicField name="x_*" type="text_xx"/>\n',
    /Unknown fieldType 'text_xx'.*bootdev\/solr\/schema_extra_fields\.xml:2/,
  ],
  [
    'solr/schema_extra_types.xml',
    '\n\n<fieldType name="collated_en" class="solr.ICUCollationField" locale="en" strength="odd"/>',
    /odd.*bootdev\/solr\/schema_extra_types\.xml:3/,
  ],
  ['solr/schema_extra_types.xml', '<fieldType\n', /bootdev\/solr\/schema_extra_types\.xml:1 /],
  [
    'solr/solrconfig_query.xml',
    '\n<listener class="solr.RunExecutableListener"/>',
    /bootdev\/solr\/solrconfig_query\.xml:2 .*starts a program/,
  ],
])('%s with %j is refused with its line, and the running core stays', async (path, text, said) => {
  const before = await digest();
  await put({ [path]: text });
  const { stderr, code } = await replica.bootdev('up', '--yes');
  await put(configset);
  await put({ 'solr/synonyms_en.txt': 'house,castle\n' });
  expect(stderr).toMatch(said);
  expect(code).toBe(1);
  expect(await digest()).toBe(before);
  expect(await find('tm_X3b_en_title:(+"castle")')).toEqual(['h-idx-entity:node/1:en']);
});

test("without the folder the core is bootdev's again", async () => {
  await rm(join(replica.dir, 'bootdev'), { recursive: true });
  await replica.ensure('up');
  expect(await schemaName()).toMatch(/^drupal-4\.3\.0-solr-9\.x-1$/);
});
