import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { commands } from '../../src/commands/program.ts';
import { bootdev, emptyFolder } from './bootdev.ts';

const at = (...args: string[]) => bootdev(args, 'test');

test('the version', async () => {
  for (const args of [['--version'], ['-V'], ['--json', '--version']]) {
    expect(await at(...args)).toEqual({ stdout: manifest.version, stderr: '', code: 0 });
  }
});

test('help says each command in a line, and each line has its words', async () => {
  const { stdout, code } = await at('--help');
  expect(code).toBe(0);
  for (const { name } of Object.values(commands).flat()) {
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b.{20,}$`, 'm'));
    expect((await at('help', name)).stdout).toContain(`Usage: bootdev ${name}`);
  }
});

test('what to type next keeps -C', async () => {
  const dir = await emptyFolder();
  await writeFile(join(dir, 'bootdev.yaml'), 'cache: { ttl: soon }\n');
  expect((await bootdev(['-C', dir, 'up'], 'test')).stderr).toContain(`bootdev config -C ${dir} --defaults`);
});

describe('wrong usage ends with 2, one sentence and what to type', () => {
  test.each([
    [['upp'], "unknown command 'upp'; did you mean up?", 'bootdev up'],
    [['stats'], "unknown command 'stats'; did you mean status?", 'bootdev status'],
    [['help', 'upp'], "unknown command 'upp'; did you mean up?", 'bootdev help up'],
    [['restart'], "unknown command 'restart'; here it is bootdev up", 'bootdev up'],
    [['mariadb'], "unknown command 'mariadb'; here it is bootdev db shell", 'bootdev db shell'],
    [['frobnicate'], "unknown command 'frobnicate'", 'bootdev --help'],
    [['help', 'frobnicate'], "unknown command 'frobnicate'", 'bootdev --help'],
    [['status', '--jsno'], "unknown option '--jsno'; did you mean --json?", 'bootdev help status'],
    [['--wrong'], "unknown option '--wrong'", 'bootdev --help'],
    [['config', 'a', 'b'], "too many arguments for 'config'. Expected 1 argument but got 2.", 'bootdev help config'],
    [['install'], "unknown command 'install'; here it is bootdev site install", 'bootdev site install'],
    [['site', 'instal'], '"instal" is not something that bootdev does to a site.', 'bootdev site install'],
    [
      ['site', 'install', '--title', 'Shop'],
      'A password is shown on a terminal only.',
      'bootdev site install --title Shop --password-stdin, with one on standard input',
    ],
    [['exec'], "missing required argument 'machine'", 'bootdev help exec'],
    [['bundle'], "one of '--out <dir>' and '--code <file>' is required", 'bootdev help bundle'],
    [
      ['logs', '--tail', 'ten'],
      "option '-n, --tail <lines>' argument 'ten' is invalid. It must be a whole number.",
      'bootdev help logs',
    ],
    [
      ['logs', '--on', 'mars'],
      "option '--on <aws>' argument 'mars' is invalid. It can only be aws.",
      'bootdev help logs',
    ],
    [
      ['logs', '--since', 'monday'],
      "option '--since <time>' argument 'monday' is invalid. It must be a time such as 30s, 10m, 2h or 1d.",
      'bootdev help logs',
    ],
    [['-C', 'nowhere', 'config'], 'nowhere is not a folder.', 'mkdir -p nowhere'],
    [
      ['config', 'cache.tll'],
      'cache.tll is not a setting; did you mean cache.ttl?',
      'bootdev config lists every setting',
    ],
  ])('%j', async (args, message, hint) => {
    expect(await at(...args)).toEqual({ stdout: '', stderr: `bootdev: ${message}\n  → ${hint}`, code: 2 });
  });
});

describe('without a terminal a missing answer names its flag', () => {
  test('in JSON too', async () => {
    const { stdout, code } = await bootdev(['up', '--json'], await emptyFolder());
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      status: 'failed',
      reason: 'usage',
      message: expect.stringContaining('There is no bootdev.yaml in '),
      next: [expect.stringContaining('bootdev init --yes')],
    });
  });

  test.each([
    [[], '→ bootdev init --yes writes one with defaults'],
    [['--json'], '→ bootdev init --yes writes one with defaults'],
    [['init'], '→ bootdev init --yes --set site.name=shop'],
    [['init', '--json'], '→ bootdev init --json --yes --set site.name=shop'],
  ])('%j', async (args, hint) => {
    const empty = await emptyFolder();
    const { stderr, code } = await bootdev(args, empty);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(await readdir(empty)).toEqual([]);
  });

  test('nor is data deleted', async () => {
    const empty = await emptyFolder();
    const { stderr, code } = await bootdev(['down', '--volumes'], empty);
    expect(await readdir(empty)).toEqual([]);
    expect(stderr).toContain('--yes is required when not running interactively');
    expect(code).toBe(2);
  });
});

describe('config', () => {
  test('flags before and after the name add up; data goes to stdout', async () => {
    const ended = await bootdev(
      ['--set', 'cache.ttl=1m', 'config', 'cache', '--set', 'cache.stale=2'],
      await emptyFolder(),
      { BOOTDEV_SET_CACHE_ENABLED: 'false' },
    );
    expect(ended).toMatchObject({ stderr: '', code: 0 });
    expect(ended.stdout.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([
      ['cache.enabled', 'false', 'BOOTDEV_SET_CACHE_ENABLED'],
      ['cache.ttl', '60', '--set cache.ttl=1m'],
      ['cache.stale', '2', '--set cache.stale=2'],
      ['cache.grace', '1', 'default'],
      ['cache.sessionCookies', "''", 'default'],
      ['cache.varyCookies', "''", 'default'],
      ['cache.uncachedPaths', "''", 'default'],
      ['cache.stripArguments', expect.stringMatching(/^utm_\*,gclid,/), 'default'],
      ['cache.warm', 'off', 'from other settings'],
      ['cache.warmRate', '10', 'default'],
      ['cache.warmPages', '500', 'default'],
      ['cache.warmEvery', '0', 'default'],
      ['cache.warmCookies', "''", 'default'],
    ]);
  });

  test('of another folder, as JSON', async () => {
    const empty = await emptyFolder();
    await mkdir(join(empty, 'shop'));
    await writeFile(join(empty, 'shop/bootdev.yaml'), 'site:\n  name: shop\n');
    const { stdout } = await bootdev(['config', 'site.name', '--json', '-C', 'shop'], empty);
    expect(JSON.parse(stdout)).toMatchObject([{ path: 'site.name', value: 'shop', source: 'bootdev.yaml', line: 2 }]);
  });

  test('broken settings: each line, and the list of all settings still works', async () => {
    const empty = await emptyFolder();
    await writeFile(join(empty, 'bootdev.yaml'), 'cache:\n  tll: 3\nbalancer:\n  kind: nginx\n');
    const { stderr, code } = await bootdev(['config'], empty);
    expect(code).toBe(2);
    expect(stderr).toContain('  bootdev.yaml:2:3  cache.tll is not a setting; did you mean cache.ttl?\n');
    expect(stderr).toContain('  bootdev.yaml:4:9  balancer.kind: expected one of haproxy, lvs, not "nginx"\n');
    const { stdout } = await bootdev(['config', '--defaults'], empty);
    expect(stdout).toMatch(/^cache\.ttl +10 +How long .+\.$/m);
  });

  test('a reader that closes early is no failure', async () => {
    const { execa } = await import('execa');
    const { stderr, stdout } = await execa({
      shell: true,
      cwd: await emptyFolder(),
    })`node ${join(process.cwd(), 'dist/cli.js')} config --defaults | true; echo done`;
    expect({ stdout, stderr }).toEqual({ stdout: 'done', stderr: '' });
  });
});

describe('init', () => {
  test('writes what --set chooses, once', async () => {
    const empty = await emptyFolder();
    const first = await bootdev(['init', '--yes', '--set', 'site.name=shop', '--set', 'web.count=3'], empty);
    expect(first).toEqual({ stdout: '', stderr: `Wrote ${join(empty, 'bootdev.yaml')}\nnext: bootdev up`, code: 0 });
    const text = await readFile(join(empty, 'bootdev.yaml'), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=/);
    expect(text).toContain('site:\n  name: shop\n');

    const again = await bootdev(['init', '--yes'], empty);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('bootdev.yaml already exists') });
    expect(await readFile(join(empty, 'bootdev.yaml'), 'utf8')).toBe(text);
  });

  test('writes nothing that is not valid', async () => {
    const empty = await emptyFolder();
    const { code, stderr } = await bootdev(['init', '--yes', '--set', 'web.count=many'], empty);
    expect(code).toBe(2);
    expect(stderr).toContain('--set web.count=many  web.count: expected a whole number from 1 to 6, not "many"');
    expect(await readdir(empty)).toEqual([]);
  });
});
