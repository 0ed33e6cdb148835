/** Whole sites: what is looked at, what is told, and what hostile folders cannot do. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkFiles, checkFolder, findingsOf, type Name, newFolder } from './site.ts';

const guilty = "<?php\nfile_put_contents(__DIR__ . '/x', 1);\n";

test('of three plugins the guilty one is named, with file, line, code, reason and remedy', async () => {
  const { safe, check } = await checkFiles({
    'wp-content/plugins/good/good.php':
      "<?php\n/* Plugin Name: Good */\nfile_put_contents(wp_upload_dir()['basedir'] . '/x', 1);",
    'wp-content/plugins/bad/bad.php':
      "<?php\n/**\n * Plugin Name: Fast Stats\n */\nrequire __DIR__ . '/inc/stats.php';",
    'wp-content/plugins/bad/inc/stats.php': "<?php\n\n  file_put_contents(__DIR__ . '/hits.txt', $n);",
    'wp-content/plugins/hello.php': '<?php /* Plugin Name: Hello */ echo 1;',
  });
  expect(safe).toBe(false);
  expect(check).toEqual({
    safe: false,
    application: 'WordPress',
    looked: { parts: 3, files: 4, bytes: expect.any(Number) },
    parts: [
      {
        kind: 'plugin',
        name: 'Fast Stats',
        path: 'wp-content/plugins/bad',
        findings: [
          {
            rule: 'code',
            title: 'writes into the code',
            file: 'wp-content/plugins/bad/inc/stats.php',
            line: 3,
            code: "file_put_contents(__DIR__ . '/hits.txt', $n);",
            problem: expect.stringContaining('read-only'),
            remedy: expect.stringContaining('wp_upload_dir()'),
          },
        ],
      },
    ],
    settled: [],
    left: [],
  });
});

describe('what is the site itself', () => {
  test.each<[Name, string, string, string | undefined]>([
    ['wordpress', '', 'wp-content/plugins/a/a.php', 'plugin a'],
    ['wordpress', 'web', 'web/app/mu-plugins/a.php', 'must-use plugin a.php'],
    ['wordpress', '', 'wp-content/themes/a/functions.php', 'theme a'],
    ['wordpress', '', 'wp-content/advanced-cache.php', 'drop-in advanced-cache.php'],
    ['wordpress', 'web', 'config/application.php', 'settings application.php'],
    ['wordpress', '', 'wp-admin/a.php', undefined],
    ['wordpress', '', 'wp-includes/a.php', undefined],
    ['wordpress', '', 'wp-content/plugins/a/vendor/b/a.php', undefined],
    ['wordpress', '', 'wp-content/plugins/a/tests/a.php', undefined],
    ['wordpress', '', 'wp-content/uploads/a.php', undefined],
    ['drupal', 'web', 'web/modules/contrib/a/src/A.php', 'module a'],
    ['drupal', 'web', 'web/modules/a/a.module', 'module a'],
    ['drupal', 'web', 'web/themes/custom/a/a.theme', 'theme a'],
    ['drupal', 'web', 'web/core/modules/a/a.module', undefined],
    ['drupal', 'web', 'vendor/a/a.php', undefined],
    ['drupal7', '', 'sites/all/modules/a/a.module', 'module a'],
    ['drupal7', '', 'modules/a/a.module', undefined],
    ['drupal7', '', 'profiles/standard/a.inc', undefined],
    ['drupal7', '', 'profiles/own/a.inc', 'profile own'],
    ['backdrop', '', 'modules/contrib/a/a.module', 'module a'],
    ['backdrop', '', 'core/modules/a/a.module', undefined],
    ['php', 'public', 'src/a.php', 'site '],
    ['php', 'public', 'vendor/a/a.php', undefined],
  ])('%s, docroot "%s": %s', async (application, docroot, path, part) => {
    const { check } = await checkFiles({ [path]: guilty }, { application, docroot });
    expect(check.parts.map(({ kind, name }) => `${kind} ${name}`)[0]).toBe(part);
  });

  test('its name is what it says', async () => {
    const { check } = await checkFiles(
      {
        'modules/contrib/one/one.info.yml': "name: 'The One'\ntype: module\n",
        'modules/contrib/one/one.module': guilty,
        'themes/two/two.info.yml': 'name: Two\n',
        'themes/two/two.theme': guilty,
      },
      { application: 'drupal' },
    );
    expect(check.parts.map(({ name }) => name)).toEqual(['The One', 'Two']);
  });

  test('what .bootdevignore leaves out is not', async () => {
    const { safe } = await checkFiles({
      'wp-content/plugins/a/a.php': guilty,
      '.bootdevignore': 'wp-content/plugins/a\n',
    });
    expect(safe).toBe(true);
  });

  test('a drop-in that keeps pages, and one that keeps objects', async () => {
    const { check } = await checkFiles({
      'wp-content/advanced-cache.php': '<?php require "x";',
      'wp-content/object-cache.php': '<?php\nfunction wp_cache_set($k, $v) { return apcu_store($k, $v); }',
    });
    expect(findingsOf(check)).toEqual([
      'page-cache wp-content/advanced-cache.php:1',
      'object-cache wp-content/object-cache.php:2',
    ]);
  });
});

describe('a hostile folder', () => {
  test('links are not followed, and said', async () => {
    const outside = await newFolder({ 'a.php': guilty });
    const folder = await newFolder({ 'wp-content/plugins/good.php': '<?php' });
    await symlink(outside, join(folder, 'wp-content/plugins/linked'));
    await symlink(join(outside, 'a.php'), join(folder, 'wp-content/plugins/a.php'));
    const { safe, check } = await checkFolder(folder);
    expect(safe).toBe(true);
    expect(check.left).toEqual([
      { path: 'wp-content/plugins/a.php', reason: 'it is a link, which is not followed' },
      { path: 'wp-content/plugins/linked', reason: 'it is a link, which is not followed' },
    ]);
  });

  test('a file that is too large is said; in a long line only what is around the place is shown', async () => {
    const long = `<?php ${'$a = 1; '.repeat(1000)}touch(__DIR__ . '/x');${' $b = 2;'.repeat(1000)}`;
    const { check } = await checkFiles({
      'wp-content/plugins/a/a.php': long,
      'wp-content/plugins/a/b.php': Buffer.alloc(1_000_001, 'a'),
    });
    expect(check.left[0]?.path).toBe('wp-content/plugins/a/b.php');
    expect(check.parts[0]?.findings[0]?.code).toContain("touch(__DIR__ . '/x');");
    expect(check.parts[0]?.findings[0]?.code.length).toBeLessThanOrEqual(160);
  });

  test('no text of it can do anything in a terminal', async () => {
    const { check } = await checkFiles({
      'wp-content/plugins/e\u001b[31mvil/a\u009b2Jb.php':
        "<?php /* Plugin Name: \u001b]0;title\u0007X\u202e */ touch(__DIR__ . '/\u001b[2J\u0008x');",
    });
    const texts = JSON.stringify(check.parts);
    expect(JSON.parse(texts)).toHaveLength(1);
    expect(check.parts[0]?.findings).toHaveLength(1);
    expect(JSON.stringify([check.parts[0]?.name, check.parts[0]?.path, check.parts[0]?.findings])).not.toMatch(
      /[\p{Cc}\u202e]|\\u00[0189]/u,
    );
  });

  test.each([
    ['brackets', `<?php touch(${'('.repeat(400_000)}`],
    ['calls', `<?php ${'touch('.repeat(150_000)}`],
    ['heredocs', `<?php ${'$a = <<<A\n'.repeat(100_000)}`],
    ['comments', `<?php ${'/*'.repeat(400_000)}`],
    ['braces', `<?php ${'{'.repeat(800_000)}`],
    ['functions', `<?php ${'function a('.repeat(80_000)}`],
    [
      'variables of variables',
      `<?php ${Array.from({ length: 2000 }, (_, n) => `$a${n} = $a${n + 1} . $a${n + 1} . $a${n + 1};`).join('')}touch($a0);`,
    ],
    [
      'constants of constants',
      `<?php ${Array.from({ length: 2000 }, (_, n) => `define('A${n}', A${n + 1} . A${n + 1} . '/tmp');`).join('')}touch(A0);`,
    ],
    ['text in braces', `<?php touch("${'{$a["'.repeat(150_000)}");`],
    ['names', `<?php return 1; ${'return __DIR__ . a() . b(); '.repeat(30_000)}`],
  ])(
    '%s without end are read in a moment',
    async (_, code) => {
      const before = process.cpuUsage(); // not the clock: other tests run beside this one
      await checkFiles({ 'wp-content/plugins/a/a.php': code.slice(0, 1_000_000) });
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(15);
    },
    120_000,
  );

  test('a deep one ends', async () => {
    const folder = await newFolder();
    const deep = join(folder, 'wp-content/plugins/a', ...Array.from({ length: 60 }, () => 'd'));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'a.php'), guilty);
    const { check } = await checkFolder(folder);
    expect(check.left[0]?.reason).toBe('it is more than 40 folders deep');
  });

  test('a folder that is not there is an error in words', async () => {
    await expect(checkFolder('/nowhere/at/all')).rejects.toThrow('/nowhere/at/all cannot be read: it is not there.');
  });
});
