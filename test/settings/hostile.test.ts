/** Settings that came with a clone: no end, no escape sequence, no certificate authority for half the world. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCode, report, type UserError } from '../../src/errors.ts';
import { loadSettings } from '../../src/settings/load.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bootdev-settings-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const load = async (text: string, set: string[] = [], environment: Record<string, string> = {}) => {
  await writeFile(join(dir, 'bootdev.yaml'), text);
  return loadSettings({ dir, set, environment: { XDG_CONFIG_HOME: dir, ...environment } });
};
const failure = (...args: Parameters<typeof load>): Promise<UserError> =>
  load(...args).then(
    () => expect.unreachable('the settings were accepted'),
    (error) => error,
  );

test.each([
  ['site: &s\n  more: *s\n', 'bootdev.yaml:2:9  *s stands inside what it stands for'],
  ['&all\nsite: *all\n', 'bootdev.yaml:2:7  *all stands inside what it stands for'],
  ['a: &a\n  - b: [{ c: *a }]\n', 'bootdev.yaml:2:14  *a stands inside what it stands for'],
])('an alias without end has a line and a column: %j', async (text, message) => {
  const error = await failure(text);
  expect(error.message).toBe(message);
  expect(error.code).toBe(exitCode.usage);
});

test('an alias that ends is fine', async () => {
  const { settings } = await load('web: &size\n  memory: 1024\nadmin: *size\n');
  expect(settings.admin.memory).toBe(1024);
});

test.each([
  ['site: { name: "\\e[31mred" }\n', 'bootdev.yaml:1:15  '],
  ['code:\n  path: "\\e]0;title\\a"\n', 'bootdev.yaml:2:9  '],
  ['"\\u009b2J": 1\n', 'bootdev.yaml:1:1  '],
  ['code: { path: "\\u202etxt.php" }\n', 'bootdev.yaml:1:15  '],
])('control characters are refused where they stand: %j', async (text, place) => {
  const { message } = await failure(text);
  expect(message).toBe(`${place}holds control characters, which no setting needs`);
});

test('so they are in a flag and a variable, and no message brings one to the terminal', async () => {
  expect((await failure('', ['code.path=\u001b[2J'])).message).toBe(
    '--set code.path  code.path holds control characters, which no setting needs',
  );
  expect((await failure('', [], { BOOTDEV_SET_CODE_PATH: '\u009b2J' })).message).toContain('BOOTDEV_SET_CODE_PATH');
  for (const text of ['a\u001b[2J: [', 'a: \u001b[2J\n', '"\u001b[2Jsite": 1\n', 'a: "\u009b\n'])
    expect(report(await failure(text)).text).not.toMatch(/[^\P{Cc}\n]/u);
});

test.each(['com', 'co.uk', 'github.io', 'localhost', 'eu-west-1.compute.amazonaws.com', 'shop'])(
  'site.domain %s is refused: its certificate authority would speak for many owners',
  async (domain) => {
    const { message } = await failure(`site: { domain: ${domain} }\n`);
    expect(message).toBe(
      `bootdev.yaml:1:17  site.domain: ${domain} is no name of one owner: use one below it, such as shop.${domain}`,
    );
  },
);

test.each([
  'shop.com',
  'shop.co.uk',
  'me.github.io',
  'shop.localhost',
  'shop.test',
  'intranet',
  'www.shop.example.org',
])('site.domain %s is one owner', async (domain) => {
  expect((await load(`site: { domain: ${domain} }\n`)).settings.site.domain).toBe(domain);
});
