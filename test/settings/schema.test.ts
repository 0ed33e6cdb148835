import { describe, expect, test } from 'vitest';
import { catalogue, fromText, variableOf } from '../../src/settings/catalogue.ts';
import { checkSettings, completeSettings, type SettingsInput } from '../../src/settings/schema.ts';

const messages = (raw: unknown) => {
  const result = checkSettings(raw);
  return 'issues' in result ? result.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
};

test('no settings at all are a complete site', () => {
  expect(completeSettings()).toMatchObject({
    site: { name: 'site', domain: 'site.localhost' },
    application: 'sample',
    size: 'small',
    code: { path: '', docroot: '', mode: 'release' },
    web: { count: 2, memory: 512 },
    php: { memoryLimit: 256, uploadLimit: 64, maxExecutionTime: 60 },
    database: { engine: 'mysql', memory: 768 },
    memcached: { count: 2, memory: 128 },
    search: { engine: 'solr' },
    files: { store: 'gluster' },
    cache: { enabled: true, ttl: 10, stale: 86_400 },
    mail: { from: 'no-reply@site.localhost' },
  });
});

test('what is left empty is derived from other settings', () => {
  const settings = completeSettings({ site: { name: 'shop' }, application: 'php' });
  expect(settings.site.domain).toBe('shop.localhost');
  expect(settings.mail.from).toBe('no-reply@shop.localhost');
  expect(settings.code.path).toBe('.');
});

test('a size sets many numbers, and each can still be set separately', () => {
  const { web, database } = completeSettings({ size: 'large', web: { count: 5 } });
  expect(web).toEqual({ count: 5, memory: 2048 });
  expect(database.memory).toBe(4096);
});

test.each<[SettingsInput, (settings: ReturnType<typeof completeSettings>) => unknown, unknown]>([
  [{ cache: { ttl: '5m' } }, ({ cache }) => cache.ttl, 300],
  [{ cache: { ttl: '30' } }, ({ cache }) => cache.ttl, 30],
  [{ cache: { stale: '2d' } }, ({ cache }) => cache.stale, 172_800],
  [{ cron: { interval: '1 h' } }, ({ cron }) => cron.interval, 3600],
  [{ web: { memory: '1GB' } }, ({ web }) => web.memory, 1024],
  [{ web: { memory: '768 mb' } }, ({ web }) => web.memory, 768],
  [{ php: { memoryLimit: '128M' } }, ({ php }) => php.memoryLimit, 128],
])('units: %j', (input, pick, value) => {
  expect(pick(completeSettings(input))).toBe(value);
});

describe('refused', () => {
  test.each([
    [{ files: { store: 'efs' } }, 'files.store: efs is not available in this version yet; use gluster or volume'],
    [{ balancer: { kind: 'lvs' } }, 'balancer.kind: lvs is not available in this version yet; use haproxy'],
    [{ cdn: { enabled: true } }, 'cdn.enabled: not available in this version yet; remove it or write false'],
    [{ map: { apiKey: 'k' } }, 'map.apiKey: not available in this version yet; remove it or write ""'],
    [{ social: { login: true } }, 'social: not available in this version yet; remove it'],
    [{ environments: { production: {} } }, 'environments: not available in this version yet; remove it'],
  ])('not available yet: %j', (raw, message) => {
    expect(messages(raw)).toEqual([message]);
  });

  test.each([
    { site: { name: 'Shop' } },
    { site: { name: 'shop-' } },
    { site: { name: 'a'.repeat(32) } },
    { site: { domain: 'shop.example.org; rm' } },
    { site: { domain: 'shop..org' } },
    { code: { docroot: '../etc' } },
    { code: { docroot: '/etc' } },
    { code: { docroot: 'web;' } },
    { web: { count: 0 } },
    { web: { count: 7 } },
    { web: { count: 1.5 } },
    { web: { count: '2' } },
    { web: { memory: '1.5GB' } },
    { web: { memory: '10TB' } },
    { cache: { ttl: '10 weeks' } },
    { cache: { ttl: 0 } },
    { cache: { ttl: -1 } },
    { cron: { interval: 59 } }, // cron runs once a minute
    { cache: { enabled: 'yes' } },
    { mail: { from: 'me' } },
    { aws: { region: 'europe' } },
    { size: 'huge' },
    { size: 'toString' },
    { cache: 5 },
    { cache: [] },
    [],
    'text',
  ])('%j, with one sentence that says what is valid', (raw) => {
    expect(messages(raw)).toEqual([expect.stringMatching(/^[\w.]*: expected [^\n]+$/)]);
  });

  test('limits that contradict each other', () => {
    expect(messages({ web: { memory: 256 } })).toEqual([expect.stringContaining('php.memoryLimit: expected at most')]);
    expect(messages({ php: { uploadLimit: '512MB' } })).toEqual([expect.stringContaining('php.uploadLimit: expected')]);
    expect(messages({ database: { queryCache: 16 } })).toEqual([
      'database.queryCache: expected 0: MySQL has no query cache (since version 8), only database.engine mariadb has one',
    ]);
    const cache = (queryCache: number) => messages({ database: { engine: 'mariadb', queryCache } });
    expect(cache(192)).toEqual([]);
    expect(cache(193)).toEqual([expect.stringContaining('at most a quarter of database.memory (768)')]);
  });
});

test('every setting has a description and a valid default', () => {
  for (const { path, description, fallback, schema } of catalogue.values()) {
    expect(description, path).toMatch(/^(?:[A-Z]|nginx).*\.$/);
    expect(schema.safeParse(fallback).data, path).toEqual(fallback);
  }
});

test('settings have distinct names in the environment', () => {
  expect(variableOf('php.memoryLimit')).toBe('BOOTDEV_SET_PHP_MEMORY_LIMIT');
  expect(new Set([...catalogue.keys()].map(variableOf)).size).toBe(catalogue.size);
});

test('text becomes the type of the setting', () => {
  expect(fromText('web.count', '3')).toBe(3);
  expect(fromText('cache.enabled', 'false')).toBe(false);
  expect(fromText('aws.profile', '123')).toBe('123');
  expect(fromText('web.count', 'many')).toBe('many');
});
