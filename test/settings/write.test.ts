import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings/load.ts';
import { completeSettings, type SettingsInput } from '../../src/settings/schema.ts';
import { settingsJsonSchema, settingsText, writeJsonSchema, writeSettings } from '../../src/settings/write.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-write-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('only what differs is written, each section under its comment', () => {
  const answers: SettingsInput = {
    size: 'medium',
    web: { count: 4, memory: 1024 },
    cache: { ttl: 30, enabled: true },
    site: { name: 'shop', domain: '' },
    search: { engine: 'solr' },
  };
  expect(settingsText(answers)).toBe(`# yaml-language-server: $schema=.bootdev/settings.schema.json
# Only what differs from the defaults. All settings, and where each comes from: bootdev config

# The site
site:
  name: shop

# Preset for number and memory of machines; each of them can still be set separately.
size: medium

# Web machines: nginx and PHP
web:
  count: 4

# The micro-cache
cache:
  ttl: 30
`);
});

test.each<SettingsInput>([
  {},
  { size: 'large', web: { count: 2 }, application: 'wordpress', code: { path: './a: b # c', docroot: 'web' } },
  { site: { name: 'no' }, aws: { profile: 'true', region: 'eu-west-1' }, cache: { enabled: false, stale: '1h' } },
])('what was written reads back the same: %j', async (answers) => {
  await writeSettings(dir, answers);
  const { settings } = await loadSettings({ dir, environment: { XDG_CONFIG_HOME: dir } });
  expect(settings).toEqual(completeSettings(answers));
});

test('answers that are not valid are never written', async () => {
  await expect(writeSettings(dir, { web: { count: 99 } })).rejects.toThrow('expected a whole number');
  expect(await readdir(dir)).toEqual([]);
});

test('the schema is where the first line names it, and git ignores it', async () => {
  await writeSettings(dir, {});
  const [first = ''] = (await readFile(join(dir, 'bootdev.yaml'), 'utf8')).split('\n');
  const named = join(dir, first.replace('# yaml-language-server: $schema=', ''));
  expect(JSON.parse(await readFile(named, 'utf8'))).toEqual(settingsJsonSchema());
  expect(await readFile(join(dir, '.bootdev/.gitignore'), 'utf8')).toBe('*\n');
});

test('a schema that is missing or old is written again, else left alone', async () => {
  const file = join(dir, '.bootdev/settings.schema.json');
  await writeJsonSchema(dir);
  const { mtimeMs } = await stat(file);
  await writeJsonSchema(dir);
  expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  await writeFile(file, 'old');
  await writeJsonSchema(dir);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(settingsJsonSchema());
});

test('the JSON Schema offers what exists, with descriptions and defaults, and nothing else', () => {
  expect(settingsJsonSchema()).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    additionalProperties: false,
    properties: {
      search: { properties: { engine: { enum: ['solr', 'none'], default: 'solr', description: 'Search server.' } } },
      cache: {
        additionalProperties: false,
        properties: { ttl: { default: 10, anyOf: [{ type: 'integer' }, { type: 'string' }] } },
      },
    },
  });
});
