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
  expect(settings.cron.interval).toBe(300);
  const wordpress = (interval?: number) =>
    completeSettings({ application: 'wordpress', cron: interval === undefined ? {} : { interval } });
  expect([wordpress(), wordpress(0), wordpress(600)].map(({ cron }) => cron.interval)).toEqual([60, 60, 600]);
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

describe('what stands for a place in a network (E5)', () => {
  const domain = (name: string) => messages({ site: { domain: name } });
  const network = (vpcCidr: string) => messages({ aws: { vpcCidr } });
  const mail = (from: string) => messages({ mail: { from } });

  test.each(['shop.example.org', 'a.b', 'xn--mller-kva.de', '1.de', '127.0.0.1.nip.io', `${'a'.repeat(60)}.org`])(
    'a host name: %s',
    (name) => expect(domain(name)).toEqual([]),
  );
  test.each([
    ...[
      '127.0.0.1',
      '10',
      '1.2',
      'shop.0x7f',
      'shop.1',
      '::1',
      'shop.example.org.',
      '.org',
      'shop..org',
      '-a.org',
      'a-.org',
    ],
    ...[
      'Shop.org',
      'müller.de',
      'shop_1.org',
      'https://shop.org',
      'shop.org:8443',
      'shop.org/x',
      '*.shop.org',
      'a b.org',
    ],
    ...[`${'a'.repeat(64)}.org`, `${'a.'.repeat(32)}org`],
  ])('no host name: %s', (name) => {
    expect(domain(name)).toEqual([
      expect.stringMatching(/^site\.domain: expected a host name .* such as shop\.example\.org/),
    ]);
  });

  test.each(['10.0.0.0/16', '10.40.16.0/20', '172.16.0.0/16', '172.31.0.0/17', '192.168.0.0/16', '100.64.0.0/18'])(
    'a network: %s',
    (cidr) => expect(network(cidr)).toEqual([]),
  );
  test.each([
    ...[
      '999.999.999.0/16',
      '10.256.0.0/16',
      '8.8.0.0/16',
      '172.32.0.0/16',
      '192.169.0.0/16',
      '100.128.0.0/16',
      '127.0.0.0/16',
    ],
    ...[
      '169.254.0.0/16',
      '224.0.0.0/16',
      '0.0.0.0/16',
      '10.0.0.0/8',
      '10.0.0.0/15',
      '10.0.0.0/21',
      '10.0.0.0',
      '10.0.0/16',
      '',
    ],
    ...['10.0.0.0/016', '010.0.0.0/16/16', 'fd00::/16', '10.0.0.0/16 '],
  ])('no network for a VPC: %j', (cidr) => {
    expect(network(cidr)).toEqual([
      expect.stringMatching(/^aws\.vpcCidr: expected a private network .* such as 10\.40\.0\.0\/16/),
    ]);
  });
  test.each([
    ['10.40.1.0/16', '10.40.0.0/16'],
    ['10.40.200.3/20', '10.40.192.0/20'],
    ['172.20.255.255/17', '172.20.128.0/17'],
  ])('an address inside one: %s', (cidr, first) => {
    expect(network(cidr)).toEqual([`aws.vpcCidr: expected the first address of a network: ${first}`]);
  });

  test.each(['a@b', 'no-reply@shop.example.org', 'A.b+c@Shop.Example.ORG', `${'a'.repeat(64)}@b.org`])(
    'mail: %s',
    (text) => {
      expect(mail(text)).toEqual([]);
    },
  );
  test.each([
    ...['a@', '@b', 'a@b@c', 'a@b..org', 'a@-b.org', 'a@127.0.0.1', '.a@b.org', 'a.@b.org', 'a..b@b.org', 'a b@b.org'],
    ...[`${'a'.repeat(65)}@b.org`, `a@${'b.'.repeat(130)}org`, 'Shop <a@b.org>'],
  ])('no mail address: %s', (text) => {
    expect(mail(text)).toEqual(['mail.from: expected a mail address such as shop@example.org']);
  });
});

describe('numbers against each other (E5)', () => {
  test.each<[SettingsInput, string[]]>([
    [{ aws: { webMin: 4, webMax: 2 } }, ['aws.webMax: expected at least aws.webMin (4), or 0 for twice as many']],
    [
      { web: { count: 3 }, aws: { webMax: 2 } },
      ['aws.webMax: expected at least web.count (3), or 0 for twice as many'],
    ],
    [{ size: 'large', aws: { webMax: 2 } }, ['aws.webMax: expected at least web.count (3), or 0 for twice as many']],
    [{ aws: { webMin: 4, webMax: 4 } }, []],
    [{ aws: { webMin: 4 } }, []],
    [{ ports: { https: 8080, mail: 8080 } }, ['ports.mail: expected another one than ports.https (8080)']],
    [{ ports: { http: 8443 } }, []],
    [
      { php: { memoryLimit: 512 } },
      ['php.memoryLimit: expected at most web.memory (512) minus 128 MB for nginx and PHP itself'],
    ],
    [
      { php: { childMemory: 200 } },
      ['php.childMemory: expected at most half of web.memory (512) minus 128 MB: there are at least two processes'],
    ],
  ])('%j', (raw, expected) => {
    expect(messages(raw)).toEqual(expected);
  });

  test('a list is one line of nginx', () => {
    const names = Array.from({ length: 300 }, (_, index) => `cookie${index}`);
    expect(messages({ cache: { sessionCookies: names } })).toEqual([
      'cache.sessionCookies: expected at most 1500 characters in all: they become one line of nginx',
    ]);
    expect(messages({ cache: { sessionCookies: names.slice(0, 100) } })).toEqual([]);
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
