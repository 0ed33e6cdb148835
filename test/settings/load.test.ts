import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCode, type UserError } from '../../src/errors.ts';
import { catalogue } from '../../src/settings/catalogue.ts';
import { loadSettings } from '../../src/settings/load.ts';

let dir: string;
const write = (name: string, text: string) => writeFile(join(dir, name), text);
const load = (set: string[] = [], environment: Record<string, string> = {}) =>
  loadSettings({ dir, set, environment: { XDG_CONFIG_HOME: join(dir, 'home'), ...environment } });
const failure = (...args: Parameters<typeof load>): Promise<UserError> =>
  load(...args).then(
    () => expect.unreachable('the settings were accepted'),
    (error) => error,
  );

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-settings-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('each layer overrides the one below it, value by value', async () => {
  await mkdir(join(dir, 'home/bootdev'), { recursive: true });
  await write(
    'home/bootdev/settings.yaml',
    'cache: { ttl: 1, stale: 1 }\ncron: { interval: 61 }\naws: { profile: me }\n',
  );
  await write('bootdev.yaml', 'cache:\n  ttl: 2\n  stale: 2\ncron:\n  interval: 62\nsize: medium\n');
  await write('bootdev.local.yaml', 'cache: { ttl: 3, stale: 3 }\n');
  const { settings, origin } = await load(['cache.ttl=5'], {
    BOOTDEV_SET_CACHE_TTL: '4',
    BOOTDEV_SET_CACHE_STALE: '4m',
  });

  expect(settings.cache).toMatchObject({ enabled: true, ttl: 5, stale: 240 });
  expect(settings.cron.interval).toBe(62);
  expect(settings.aws.profile).toBe('me');
  expect(settings.database.memory).toBe(2048);
  expect(Object.fromEntries(origin)).toMatchObject({
    'cache.ttl': { layer: 'flag', source: '--set cache.ttl=5' },
    'cache.stale': { layer: 'environment', source: 'BOOTDEV_SET_CACHE_STALE' },
    'cron.interval': { layer: 'project', source: 'bootdev.yaml', line: 5, column: 13 },
    'aws.profile': { layer: 'user', source: join(dir, 'home/bootdev/settings.yaml'), line: 3, column: 17 },
    'database.memory': { layer: 'size', source: 'size: medium' },
    'cache.enabled': { layer: 'default' },
    'site.domain': { layer: 'derived' },
  });
});

test.each(['', '# only a comment\n', 'cache:\n', '---\n', '\uFEFFsite:\r\n  name: site\r\n'])(
  'a file may be nearly empty: %j',
  async (text) => {
    await write('bootdev.yaml', text);
    expect((await load()).settings.cache.ttl).toBe(10);
  },
);

test('no file is the same as an empty one', async () => {
  expect((await load()).settings.site.name).toBe('site');
});

test('the last --set of a name wins', async () => {
  expect((await load(['web.count=1', 'web.count=4'])).settings.web.count).toBe(4);
});

test('values reached through an anchor keep their place', async () => {
  await write('bootdev.yaml', 'web: &same\n  memory: 1GB\nadmin: *same\n');
  const { settings, origin } = await load();
  expect(settings.admin.memory).toBe(1024);
  expect(origin.get('admin.memory')).toMatchObject({ line: 2 });
});

test('all problems at once, each with its place and what was probably meant', async () => {
  await write(
    'bootdev.yaml',
    'cache:\n  tll: 30\n  enabled: maybe\nserach:\n  engine: none\nbalancer:\n  kind: nginx\nttl: 5\n',
  );
  await write('bootdev.local.yaml', 'web:\n  count: 9\ncache.stale: 3\n');
  const error = await failure(['memcached.cuont=1'], {});
  expect(error.code).toBe(exitCode.usage);
  expect(error.message.split('\n').sort()).toEqual([
    '  --set memcached.cuont=1  memcached.cuont is not a setting; did you mean memcached.count?',
    '  bootdev.local.yaml:2:10  web.count: expected a whole number from 1 to 6, not 9',
    '  bootdev.local.yaml:3:1  cache.stale: write it in two lines, "cache:" and below it, indented, "stale: …"',
    '  bootdev.yaml:2:3  cache.tll is not a setting; did you mean cache.ttl?',
    '  bootdev.yaml:3:12  cache.enabled: expected true or false, not "maybe"',
    '  bootdev.yaml:4:1  serach is not a setting; did you mean search?',
    '  bootdev.yaml:7:9  balancer.kind: expected one of haproxy, lvs, not "nginx"',
    '  bootdev.yaml:8:1  ttl is not a setting; did you mean cache.ttl?',
    'These settings are not valid:',
  ]);
  expect(error.hint).toContain('bootdev config --defaults');
});

test('whether code is live is said everywhere but in the project’s own file; what nobody says follows from code.path', async () => {
  await write('bootdev.yaml', 'application: php\ncode:\n  path: site\n  mode: live\n');
  expect((await failure()).message).toBe(
    'bootdev.yaml:4:3  code.mode: how you work is yours alone; write it in bootdev.local.yaml',
  );
  await write('bootdev.yaml', 'application: php\ncode: { path: site }\n');
  const usual = await load();
  expect([usual.settings.code.mode, usual.origin.get('code.mode')?.layer]).toEqual(['live', 'derived']);
  await write('bootdev.local.yaml', 'code: { mode: release }\n');
  const said = await load();
  expect([said.settings.code.mode, said.origin.get('code.mode')?.layer]).toEqual(['release', 'local']);
  expect((await load(['code.mode=live'])).settings.code.mode).toBe('live');
  expect((await failure(['code.mode=dead'])).message).toContain('expected one of live, release, not "dead"');
});

test('no suggestion for a name that is close to no setting', async () => {
  await write('bootdev.yaml', 'zzzzzz: 1\n');
  expect((await failure()).message).toBe('bootdev.yaml:1:1  zzzzzz is not a setting');
});

test.each([
  ['cache:\n  ttl: [1\nweb: 2\n', /^bootdev\.yaml:3:1 {2}.+: web: 2$/],
  ['cache:\n\tttl: 1\n', /^bootdev\.yaml:2:1 {2}.*[Tt]abs.*: ttl: 1$/],
  ['cache: {}\ncache: {}\n', /^bootdev\.yaml:2:1 {2}Map keys must be unique: cache: \{\}$/],
  ['a: "x\n', /^bootdev\.yaml:\d:\d {2}.+/],
  ['- cache\n', /^bootdev\.yaml:1:1 {2}expected settings/],
  ['just words\n', /^bootdev\.yaml:1:1 {2}expected settings/],
  ['cache: *nothing\n', /^bootdev\.yaml:1:\d {2}.*nothing/],
  ['cache: !wrong {}\n', /^bootdev\.yaml:1:8 {2}.*tag/],
  ['cache: 5\n', /^bootdev\.yaml:1:8 {2}cache: expected a section/],
  ['social: {login: true}\n', /^bootdev\.yaml:1:10 {2}social\.login: social is not available in this version yet/],
  ['__proto__: {polluted: 1}\n', /^bootdev\.yaml:1:1 {2}__proto__ is not a setting/],
])('a broken file is one line of error: %j', async (text, message) => {
  await write('bootdev.yaml', text);
  expect((await failure()).message).toMatch(message);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

describe('what YAML can hold and settings cannot has a line and a column (E4)', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [one, before] of ['ba', 'cb', 'dc', 'ed', 'fe']) {
    laughs.push(`${one}: &${one} [${Array(10).fill(`*${before}`).join(', ')}]`);
  }
  test.each<[string, string | Buffer, string]>([
    ['an alias inside its own anchor', 'site: &s\n  more: *s\n', '2:9  *s stands inside what it stands for'],
    ['the same in a list', 'site: &s [*s]\n', '1:11  *s stands inside what it stands for'],
    ['the same by a merge', 'cache: &c\n  <<: *c\n', '2:7  *c stands inside what it stands for'],
    ['an alias of nothing', 'cache: *no\n', '1:8  *no stands for nothing: no &no before it'],
    ['a billion laughs', `${laughs.join('\n')}\n`, '6:44  *e is one alias too many: write the values themselves'],
    ['brackets without end', '['.repeat(20_000), '1:'],
    ['an alias as a name', '&a a: {*a : b}\n', '1:8  expected a name before the ":"'],
    ['a list as a name', '? [a, b]\n: x\n', '1:3  expected a name before the ":"'],
    ['no name', 'cache:\n  : 5\n', '2:3  expected a name before the ":"'],
    ['a tag of YAML', 'cache: !!set {ttl}\n', '1:8  settings need no tag: cache: !!set {ttl}'],
    ['binary', 'site: { name: !!binary aGVsbG8= }\n', '1:15  settings need no tag'],
    ['a second document', 'cache: {}\n---\nweb: {}\n', '2:1  a second document begins here, and settings are one: ---'],
    ['another version', '%YAML 9.9\n---\ncache: {}\n', '1:7  Unsupported YAML version 9.9'],
    ['tabs', 'cache:\n\tttl: 5\n', '2:1  Tabs are not allowed as indentation: ttl: 5'],
    ['a name twice', 'cache:\n  ttl: 5\n  ttl: 6\n', '3:3  Map keys must be unique: ttl: 6'],
    ['Latin-1', Buffer.from('code:\n  path: caf\xe9\n', 'latin1'), '2:12  is not UTF-8 from here on'],
    ['Latin-1 in a comment', Buffer.from('# caf\xe9\n', 'latin1'), '1:6  is not UTF-8 from here on'],
    ['UTF-16', Buffer.from('\ufeffcache:\n', 'utf16le'), '1:1  is not UTF-8 from here on'],
    ['no number', 'web: { count: .inf }\n', '1:15  web.count: expected a whole number from 1 to 6, not Infinity'],
    [
      'too large for a number',
      'web: { count: 1e23 }\n',
      '1:15  web.count: expected a whole number from 1 to 6, not 1e+23',
    ],
  ])('%s', async (_, text, message) => {
    await writeFile(join(dir, 'bootdev.yaml'), text);
    const { message: said, code } = await failure();
    expect(said.split('\n')).toHaveLength(1);
    expect(said.slice(0, `bootdev.yaml:${message}`.length)).toBe(`bootdev.yaml:${message}`);
    expect(said.length).toBeLessThan(200);
    expect(code).toBe(exitCode.usage);
  });
});

test('a word of a list has its place, in a file as in a flag', async () => {
  await write('bootdev.yaml', 'cache:\n  sessionCookies:\n    - ok\n    - "a b"\n');
  const wrong = 'cache.sessionCookies: expected names of cookies such as shopsid or cart_*, not "a b"';
  expect((await failure()).message).toBe(`bootdev.yaml:4:7  ${wrong}`);
  const flag = '--set cache.sessionCookies=ok,a b';
  expect((await failure([flag.slice(6)])).message).toBe(`${flag}  ${wrong.replace('"a b"', '"ok,a b"')}`);
});

test('an error names a wrong variable or flag like a wrong line', async () => {
  expect((await failure([], { BOOTDEV_SET_CACHE_TLL: '1' })).message).toBe(
    'BOOTDEV_SET_CACHE_TLL  is not a setting; did you mean BOOTDEV_SET_CACHE_TTL?',
  );
  expect((await failure([], { BOOTDEV_SET_WEB_COUNT: 'two' })).message).toContain(
    'BOOTDEV_SET_WEB_COUNT  web.count: expected',
  );
  expect((await failure(['cache.ttl'])).message).toContain('--set cache.ttl  expected name=value');
  expect((await failure(['cache.ttl=soon'])).message).toContain('--set cache.ttl=soon  cache.ttl: expected a time');
  expect((await failure(['cache=5'])).message).toContain('--set cache=5  cache: expected a section');
});

test('a problem between two values names both, where one of them was written (E5)', async () => {
  await write('bootdev.yaml', 'web: {memory: 256}\n');
  expect((await failure()).message).toBe(
    'bootdev.yaml:1:15  php.memoryLimit: expected at most web.memory (256) minus 128 MB for nginx and PHP itself',
  );
  await write('bootdev.yaml', 'aws:\n  webMin: 4\n  webMax: 2\n');
  expect((await failure()).message).toBe(
    'bootdev.yaml:3:11  aws.webMax: expected at least aws.webMin (4), or 0 for twice as many, not 2',
  );
  await write('bootdev.yaml', 'aws: { webMax: 2 }\n');
  expect((await failure(['web.count=5'])).message).toBe(
    'bootdev.yaml:1:16  aws.webMax: expected at least web.count (5), or 0 for twice as many, not 2',
  );
});

/** For each setting something that it does not accept: a list, or where it takes one a word in no alphabet. */
test.each(
  [...catalogue.values()]
    .filter(({ path }) => path.includes('.') && path !== 'code.mode')
    .map(({ path, fallback }) => [path, fallback]),
)('%s is checked where it stands', async (path, fallback) => {
  const [section, name] = (path as string).split('.');
  await write(
    'bootdev.yaml',
    `# a site\n${section}:\n  ${name}: ${Array.isArray(fallback) && !/^code\./.test(path as string) ? '[ä]' : '[1, {}]'}\n`,
  );
  const { message, hint, code } = await failure();
  expect(message).toMatch(
    new RegExp(`^bootdev\\.yaml:3:\\d+ {2}${section}\\.${name}: (?:expected .+, not |not available )[^\n]+$`),
  );
  expect(hint).toBe('fix this and run the same command again; bootdev config --defaults lists every setting');
  expect(code).toBe(exitCode.usage);
});

test('a folder in place of the file: the error says so', async () => {
  await mkdir(join(dir, 'bootdev.yaml'));
  expect((await failure()).message).toMatch(/bootdev\.yaml cannot be read: it is a folder/);
});
