import { expect, it, test } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { readApplications } from '../../src/project/applications.ts';
import { detectApplication, type Found } from '../../src/project/detection.ts';

const applications = readApplications(await readFolder('docker'));
const detect = (files: Record<string, string>) => detectApplication(async (path) => files[path], applications);

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
  expect(await detect(files)).toEqual(found);
});

it('believes code more than what another tool says of it', async () => {
  const found = await detect({
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
  expect(await detect(files)).toBeUndefined();
});
