import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configRows, configText, defaultRows } from '../../src/settings/config.ts';
import { loadSettings } from '../../src/settings/load.ts';

let dir: string;
const load = () => loadSettings({ dir, set: ['cache.stale=1h'], environment: { XDG_CONFIG_HOME: dir } });
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-config-'));
  await writeFile(join(dir, 'bootdev.yaml'), 'size: medium\ncache: { ttl: 30 }\n');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a section: each value with its origin', async () => {
  expect(
    configText(configRows(await load(), 'cache'))
      .split('\n')
      .map((line) => line.trimEnd()),
  ).toEqual([
    expect.stringMatching(/^cache\.enabled +true +default$/),
    expect.stringMatching(/^cache\.ttl +30 +bootdev\.yaml:2:15$/),
    expect.stringMatching(/^cache\.stale +3600 +--set cache\.stale=1h$/),
    expect.stringMatching(/^cache\.grace +1 +default$/),
    expect.stringMatching(/^cache\.sessionCookies +'' +default$/),
    expect.stringMatching(/^cache\.varyCookies +'' +default$/),
    expect.stringMatching(/^cache\.uncachedPaths +'' +default$/),
    expect.stringMatching(/^cache\.stripArguments +utm_\*,gclid,.* +default$/),
    expect.stringMatching(/^cache\.warm +off +from other settings$/),
    expect.stringMatching(/^cache\.warmRate +10 +default$/),
    expect.stringMatching(/^cache\.warmPages +500 +default$/),
    expect.stringMatching(/^cache\.warmEvery +0 +default$/),
    expect.stringMatching(/^cache\.warmCookies +'' +default$/),
  ]);
});

test('one value, as data', async () => {
  expect(configRows(await load(), 'cache.ttl')).toMatchObject([
    { path: 'cache.ttl', value: 30, layer: 'project', source: 'bootdev.yaml', line: 2, column: 15 },
  ]);
});

test('without a path: all settings', async () => {
  const text = configText(configRows(await load()));
  expect(text).toMatch(/^web\.memory +1024 +size: medium$/m);
  expect(text).toMatch(/^site\.domain +site\.localhost +from other settings$/m);
  expect(text).toMatch(/^aws\.region +'' +default$/m);
});

test('a mistyped path: the error names the right one', async () => {
  const loaded = await load();
  expect(() => configRows(loaded, 'cache.tll')).toThrow('cache.tll is not a setting; did you mean cache.ttl?');
});

test('the defaults with their descriptions', () => {
  expect(configText(defaultRows('cron.enabled'), 'description')).toBe(
    "cron.enabled  true  Whether the admin machine runs the site's cron.",
  );
});
