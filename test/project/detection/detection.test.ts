import { expect, it, test } from 'vitest';
import { readFolder } from '../../../src/io/folder.ts';
import { type Application, readApplications } from '../../../src/project/applications.ts';
import { detect as detectIn, type Found } from '../../../src/project/detection/detection.ts';
import type { Folder } from '../../../src/project/detection/folder.ts';
import { noticesOf } from '../../../src/project/detection/notices.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const applications = readApplications(await readFolder('docker'));
const folderOf = (files: Record<string, string>): Folder => ({
  read: async (path) => files[path],
  list: async (folder) => [...new Set(Object.keys(files).flatMap((path) => below(folder, path)))],
});
const below = (folder: string, path: string) =>
  path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split('/')[0] ?? []) : [];
const detect = (files: Record<string, string>) => detectIn(folderOf(files), applications);

const drupal = "<?php\nclass Drupal {\n  const VERSION = '10.6.1';\n}";
const drupal7 = "<?php\ndefine('VERSION', '7.105');\n";
const backdrop = "<?php\ndefine('BACKDROP_VERSION', '1.28.3');\n";
const wordpress = "<?php\n$wp_version = '6.8.1';\n";
const composer = (value: object) => JSON.stringify(value);

test.each<[string, Record<string, string>, Found | undefined]>([
  ['nothing', {}, undefined],
  ['notes', { 'README.md': '# Plans' }, undefined],
  [
    'Drupal by Composer',
    { 'web/core/lib/Drupal.php': drupal, 'web/index.php': '', 'composer.json': '{}' },
    { application: 'drupal', version: '10.6.1', docroot: 'web', because: 'web/core/lib/Drupal.php' },
  ],
  [
    'Drupal in the folder itself',
    { 'core/lib/Drupal.php': drupal.replace('10.6.1', '11.2.0'), 'index.php': '' },
    { application: 'drupal', version: '11.2.0', docroot: '', because: 'core/lib/Drupal.php' },
  ],
  [
    'Drupal in a docroot that only Composer knows',
    {
      'composer.json': composer({ extra: { 'drupal-scaffold': { locations: { 'web-root': './site/www/' } } } }),
      'site/www/core/lib/Drupal.php': drupal,
    },
    { application: 'drupal', version: '10.6.1', docroot: 'site/www', because: 'site/www/core/lib/Drupal.php' },
  ],
  [
    'Drupal before `composer install`',
    {
      'composer.json': composer({
        require: { 'drupal/core-recommended': '^11' },
        extra: { 'drupal-scaffold': { locations: { 'web-root': 'web/' } } },
      }),
    },
    { application: 'drupal', docroot: 'web', because: 'composer.json' },
  ],
  [
    'Drupal 7',
    { 'includes/bootstrap.inc': drupal7, 'index.php': '' },
    { application: 'drupal7', version: '7.105', docroot: '', because: 'includes/bootstrap.inc' },
  ],
  [
    'Backdrop, whose bootstrap.inc is elsewhere',
    { 'docroot/core/includes/bootstrap.inc': backdrop, 'docroot/index.php': '' },
    { application: 'backdrop', version: '1.28.3', docroot: 'docroot', because: 'docroot/core/includes/bootstrap.inc' },
  ],
  [
    'WordPress',
    { 'wp-includes/version.php': wordpress, 'index.php': '', 'wp-config.php': '' },
    { application: 'wordpress', version: '6.8.1', docroot: '', because: 'wp-includes/version.php' },
  ],
  [
    'WordPress in a folder of its own, entered beside it (Bedrock)',
    { 'web/wp/wp-includes/version.php': wordpress, 'web/index.php': '' },
    { application: 'wordpress', version: '6.8.1', docroot: 'web', because: 'web/wp/wp-includes/version.php' },
  ],
  [
    'WordPress in wp/ alone',
    { 'wp/wp-includes/version.php': wordpress },
    { application: 'wordpress', version: '6.8.1', docroot: 'wp', because: 'wp/wp-includes/version.php' },
  ],
  [
    'Bedrock before `composer install`',
    {
      'composer.json': composer({
        require: { 'roots/wordpress': '6.8' },
        extra: { 'wordpress-install-dir': 'web/wp' },
      }),
    },
    { application: 'wordpress', docroot: 'web', because: 'composer.json' },
  ],
  [
    'a DDEV project without its code',
    { '.ddev/config.yaml': 'name: shop\ntype: drupal11\ndocroot: web\n' },
    { application: 'drupal', docroot: 'web', because: '.ddev/config.yaml' },
  ],
  [
    'a Lando project',
    { '.lando.yml': 'recipe: backdrop\nconfig:\n  webroot: www\n' },
    { application: 'backdrop', docroot: 'www', because: '.lando.yml' },
  ],
  [
    'the docroot of Platform.sh',
    { '.platform.app.yaml': 'web:\n  locations:\n    /:\n      root: htdocs/main\n', 'htdocs/main/index.php': '' },
    { application: 'php', docroot: 'htdocs/main', because: 'htdocs/main/index.php' },
  ],
  [
    'Laravel, Symfony and one’s own',
    { 'composer.json': composer({ require: { 'laravel/framework': '^12' } }), 'public/index.php': '' },
    { application: 'php', docroot: 'public', because: 'public/index.php' },
  ],
])('%s', async (_, files, found) => {
  expect((await detect(files)).found).toEqual(found);
});

it('believes code more than what another tool says of it', async () => {
  const { found } = await detect({
    '.ddev/config.yaml': 'type: wordpress\ndocroot: web\n',
    'web/core/lib/Drupal.php': drupal,
  });
  expect(found).toMatchObject({ application: 'drupal', docroot: 'web' });
});

test.each([
  ['not YAML', { '.ddev/config.yaml': 'type: [drupal' }],
  ['a list', { '.ddev/config.yaml': '- drupal11', 'composer.json': '[]', '.lando.yml': '3' }],
  ['a docroot that leads out', { '.ddev/config.yaml': 'docroot: ../../etc\n', 'composer.json': '{"require":7}' }],
  ['a file of that name with something else in it', { 'includes/bootstrap.inc': '<?php // mine' }],
  ['aliases', { '.ddev/config.yaml': 'a: &a [1]\nb: [*a, *a]\n' }],
])('%s says nothing', async (_, files) => {
  expect(await detect(files)).toEqual({ unmet: [] });
});

test.each<[string, Record<string, string>, object | undefined]>([
  ['nothing', { 'core/lib/Drupal.php': drupal }, undefined],
  [
    'Drupal 7, which does not run on the default',
    { 'includes/bootstrap.inc': drupal7 },
    { name: 'mariadb', because: expect.stringMatching(/^Drupal 7 does not run on mysql: since version 9 /) },
  ],
  [
    'Drupal 7, whatever others had',
    { 'includes/bootstrap.inc': drupal7, '.ddev/config.yaml': 'database:\n  type: mysql\n' },
    { name: 'mariadb', because: expect.stringMatching(/^Drupal 7/) },
  ],
  [
    'DDEV',
    { '.ddev/config.yaml': 'database:\n  type: mariadb\n  version: "10.6"\n' },
    { name: 'mariadb', because: '.ddev/config.yaml' },
  ],
  ['Lando', { '.lando.yml': 'config:\n  database: mysql:8.0\n' }, { name: 'mysql', because: '.lando.yml' }],
  [
    'Platform.sh',
    { '.platform/services.yaml': 'db:\n  type: oracle-mysql:8.0\n' },
    { name: 'mysql', because: '.platform/services.yaml' },
  ],
])('the engine of %s', async (_, files, engine) => {
  expect((await detect(files)).engine).toEqual(engine);
});

test.each<[Record<string, string>, RegExp[]]>([
  [{ '.ddev/config.yaml': 'php_version: "8.4"\n' }, []],
  [{ '.ddev/config.yaml': 'php_version: "7.4"\n' }, [/^PHP 7\.4 \(\.ddev\/config\.yaml\).* → bring the code to PHP 8/]],
  [{ '.platform.app.yaml': "type: 'php:8.1'\n" }, [/^PHP 8\.1 \(\.platform\.app\.yaml\).* → most code runs/]],
  [{ '.lando.yml': "config:\n  php: '5.6'\n" }, [/^PHP 5\.6 \(\.lando\.yml\).* → bring/]],
  [{ 'composer.json': composer({ require: { php: '^7.4' } }) }, [/^composer\.json cannot run on PHP 8\.4/]],
  [{ 'composer.json': composer({ require: { php: '>=8.1' } }) }, []],
  [{ '.ddev/config.yaml': 'database: {type: postgres, version: "14"}\n' }, [/^PostgreSQL \(\.ddev\/config\.yaml\)/]],
  [{ '.lando.yml': 'services: {cache: {type: "redis:6"}}\n' }, [/^Redis \(\.lando\.yml\): there is memcached/]],
  [{ '.ddev/docker-compose.redis.yaml': 'services: {}\n' }, [/^Redis \(\.ddev\/docker-compose\.redis\.yaml\)/]],
  [
    { 'composer.json': composer({ require: { 'drupal/redis': '^1', 'ext-pgsql': '*' } }) },
    [/^Redis \(composer\.json\)/, /asks for ext-pgsql, which is not in the machines/],
  ],
])('%j: what cannot be met', async (files, words) => {
  const { unmet } = await detect(files);
  expect(unmet.map(({ text, hint }) => `${text} → ${hint}`)).toEqual(words.map((each) => expect.stringMatching(each)));
});

const inUse = 'one database and one folder of files';
test.each<[string, Record<string, string>, string[]]>([
  ['sites/default alone', { 'web/core/lib/Drupal.php': drupal, 'web/sites/default/settings.php': '' }, []],
  [
    'four sites of Drupal',
    {
      'web/core/lib/Drupal.php': drupal,
      ...Object.fromEntries(['d', 'c', 'default', 'b', 'a'].map((name) => [`web/sites/${name}/settings.php`, ''])),
      'web/sites/all/README.txt': '',
    },
    [
      `web/sites/a/settings.php, web/sites/b/settings.php, 2 more: another site than sites/default. All sites .*${inUse}`,
    ],
  ],
  [
    'a site of Drupal 7',
    { 'includes/bootstrap.inc': drupal7, 'sites/shop.example/settings.php': '' },
    [`^sites/shop.example/settings.php: another .*${inUse}`],
  ],
  [
    'a site of Backdrop',
    { 'core/includes/bootstrap.inc': backdrop, 'sites/shop/settings.php': '' },
    [`^sites/shop/settings.php: a site .*${inUse}`],
  ],
  [
    'a network of WordPress',
    { 'wp-includes/version.php': wordpress, 'wp-config.php': "define( 'MULTISITE', true );" },
    ['^wp-config.php: a network of sites. WordPress takes no port'],
  ],
  [
    'a site of WordPress that may become a network',
    { 'wp-includes/version.php': wordpress, 'wp-config.php': "define('WP_ALLOW_MULTISITE', true);" },
    [],
  ],
  [
    "a network in Bedrock's layout",
    {
      'web/wp/wp-includes/version.php': wordpress,
      'web/index.php': '',
      'config/application.php': "Config::define('MULTISITE', true);",
    },
    ['^config/application.php: a network of sites'],
  ],
])('%s: what machines do in another way is said', async (_, files, texts) => {
  const { unmet } = await detect(files);
  expect(unmet.map(({ text }) => text)).toEqual(texts.map((text) => expect.stringMatching(new RegExp(text))));
  for (const { hint } of unmet) expect(hint).toMatch(/README\.md/);
});

it('is not said with the settings that help', async () => {
  const wp = applications.get('wordpress');
  const folder = folderOf({ 'wp-config.php': "define('MULTISITE', true);" });
  const said = (https: number) => noticesOf(wp as Application, '', folder, completeSettings({ ports: { https } }));
  expect([(await said(8443)).length, (await said(443)).length]).toEqual([1, 0]);
});
