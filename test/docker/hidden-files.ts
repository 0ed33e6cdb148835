/** Names that lie in real code and real uploads (Drupal 10.1, Drupal 7.105, Backdrop 1.28, WordPress 6.8 and what people leave there). */

/** In the code of anything, and not for visitors. */
export const secrets = [
  ...['wp-config.old', 'settings.php.bak', 'index.php~', 'x.php.save', '.config.php.swp', 'x.PHP', 'x.phps'],
  ...['x.php.txt', 'backup.zip', 'site.tar.gz', 'site.tgz', 'dump.sql', 'dump.sql.gz', 'db.sqlite', 'data.db', 'x.mdb'],
  ...['.env', 'prod.env', '.git/config', 'sub/.htaccess', 'sub/.htpasswd', 'web.config', 'settings.ini', 'my.cnf'],
  ...['app.yml', 'server.key', 'cert.pem', 'keys.p12', 'id_rsa.pub', 'auth.json', 'credentials.json', 'composer.json'],
  ...['composer.lock', 'package.json', 'phpunit.xml', 'vendor/a/b.txt', 'node_modules/a/b.js', 'private/report.pdf'],
  ...['config/sync/x.txt', 'README.md', 'CHANGELOG.txt', 'wp-content/debug.log', 'error.log', 'a.log.gz'],
];

/** Among what visitors have uploaded, wherever that is. */
export const uploaded = [
  ...['x.php', 'x.PHP7', 'x.phtml', 'x.phar', 'x.cgi', 'x.sh', 'x.pl', 'sub/.htaccess', '.user.ini', 'dump.sql'],
  ...['dump.sql.gz', 'x.env', 'key.pem', 'x.key', 'old.bak', 'error_log', 'a.log', 'db.sqlite', 'x.php.bak'],
  ...['page.html~', 'dump.mysql', 'old.mysql.gz'],
];
export const visible = [
  ...['photo.jpg', 'paper.pdf', 'archive.zip', 'page.html', 'drawing.svg', 'sub/data.csv', 'no-ending'],
  ...['a.php-guide.pdf', 'sub/private/x.jpg'],
];

export interface Probes {
  /** Address of the shared files, and their folder. */
  uploads: string;
  below: string;
  /** Files of its own code. */
  secrets: readonly string[];
  /** Files of its code that are for visitors. */
  open: readonly string[];
  /** PHP that may be called, and some of that which may not. */
  entries: readonly string[];
  closed: readonly string[];
  /** Uploads that are the application's own business. */
  inside: readonly string[];
}

const php: Probes = {
  uploads: '/files',
  below: '/srv/files/public',
  secrets: [],
  open: ['robots.txt', 'css/site.css', 'build/app.js', 'images/a.png', 'data/places.json'],
  entries: ['index.php'],
  closed: ['update.php', 'sub/index.php'],
  inside: [],
};

/** Old sites have them below the public files, each with a .htaccess that nginx does not read. */
const insideDrupal = ['config_abc-D/sync/system.site.yml', 'private/contract.pdf', 'backup_migrate/manual/a.mysql.gz'];

export const probes: Readonly<Record<string, Probes>> = {
  php,
  sample: php,
  toy: php,
  drupal: {
    uploads: '/sites/default/files',
    below: '/srv/files/public',
    secrets: [
      ...['core/core.services.yml', 'core/modules/node/node.module', 'core/modules/node/node.install', 'INSTALL.txt'],
      ...[
        'core/themes/stark/stark.info.yml',
        'core/profiles/standard/standard.profile',
        'core/themes/olivero/olivero.theme',
      ],
      ...['core/modules/node/templates/node.html.twig', 'core/includes/theme.inc', 'core/composer.json', '.csslintrc'],
      ...[
        'core/package.json',
        'core/yarn.lock',
        'core/phpunit.xml.dist',
        'core/.env.example',
        'core/INSTALL.mysql.txt',
      ],
      ...['core/CHANGELOG.txt', 'core/MAINTAINERS.txt', 'core/COPYRIGHT.txt', 'core/UPDATE.txt', '.ht.router.php'],
      ...['sites/default/services.yml', 'sites/development.services.yml', 'core/scripts/dev/commit-code-check.sh'],
      ...['modules/contrib/a/a.drush.inc', 'modules/contrib/a/a.make', 'core/modules/locale/tests/test.xx.po'],
      ...['sites/default/private/a.pdf', 'sites/default/config/sync/a.txt', 'themes/custom/a/webpack.config.js'],
      ...['core/modules/system/tests/fixtures/update/drupal-9.4.0.bare.standard.php.gz', 'example.gitignore'],
    ],
    open: [
      'robots.txt',
      'core/misc/drupal.js',
      'core/misc/favicon.ico',
      'core/assets/vendor/jquery/jquery.min.js',
      'themes/custom/a/logo.svg',
    ],
    entries: [
      ...[
        'index.php',
        'update.php',
        'core/install.php',
        'core/authorize.php',
        'core/modules/statistics/statistics.php',
      ],
    ],
    closed: [
      ...[
        'autoload.php',
        'core/rebuild.php',
        'core/lib/Drupal.php',
        'sites/default/settings.php',
        'sites/example.sites.php',
      ],
      ...[
        'sites/default/default.settings.php',
        'core/tests/bootstrap.php',
        'modules/contrib/a/a.php',
        'vendor/a/eval-stdin.php',
      ],
    ],
    inside: insideDrupal,
  },
  drupal7: {
    uploads: '/sites/default/files',
    below: '/srv/files/public',
    secrets: [
      ...['includes/bootstrap.inc', 'modules/node/node.module', 'modules/node/node.info', 'modules/node/node.install'],
      ...[
        'themes/engines/phptemplate/phptemplate.engine',
        'profiles/standard/standard.profile',
        'modules/node/node.test',
      ],
      ...['D7ES_CHANGELOG.txt', 'COPYRIGHT.txt', 'INSTALL.mysql.txt', 'LICENSE.txt', 'MAINTAINERS.txt', 'UPGRADE.txt'],
      ...['modules/README.txt', 'scripts/drupal.sh', 'scripts/code-clean.sh', 'pantheon.upstream.yml', '.travis.yml'],
      ...['modules/locale/tests/test.xx.po', 'sites/all/modules/a/a.make', 'sites/all/modules/a/a.drush.inc'],
      ...['sites/default/private/a.pdf', 'modules/simpletest/files/sql-2.sql', 'sites/all/themes/a/config.rb'],
    ],
    open: ['robots.txt', 'misc/drupal.js', 'misc/favicon.ico', 'misc/druplicon.png', 'modules/system/system.base.css'],
    entries: [
      ...['index.php', 'update.php', 'install.php', 'cron.php', 'xmlrpc.php', 'authorize.php'],
      'modules/statistics/statistics.php',
    ],
    closed: [
      ...[
        'sites/default/settings.php',
        'sites/default/default.settings.php',
        'modules/node/node.tpl.php',
        'scripts/a.php',
      ],
      ...['modules/system/system.api.php', 'sites/all/libraries/a/upload.php', 'includes/a.php'],
    ],
    inside: insideDrupal,
  },
  backdrop: {
    uploads: '/files',
    below: '/srv/files/public',
    secrets: [
      ...[
        'core/includes/bootstrap.inc',
        'core/modules/node/node.module',
        'core/modules/node/node.info',
        'layouts/a/a.info',
      ],
      ...[
        'core/modules/node/node.install',
        'core/profiles/standard/standard.profile',
        'core/modules/node/tests/node.test',
      ],
      ...[
        'core/modules/node/config/node.settings.json',
        'modules/a/config/a.settings.json',
        'core/scripts/backdrop.sh',
      ],
      ...[
        'LICENSE.txt',
        'core/misc/README.md',
        'sites/README.md',
        '.github/a.yml',
        'core/modules/locale/tests/test.xx.po',
      ],
      ...[
        'modules/a/config/staging/a.json',
        'config/active/system.core.json',
        'files/config_a/active/system.core.json',
      ],
    ],
    open: [
      'robots.txt',
      'core/misc/backdrop.js',
      'core/misc/favicon.ico',
      'core/themes/basis/css/base.css',
      'themes/a/logo.png',
    ],
    entries: ['index.php', 'core/install.php', 'core/update.php', 'core/cron.php', 'core/authorize.php'],
    closed: [
      ...['settings.php', 'settings.local.php', 'sites/sites.php', 'core/modules/node/templates/node.tpl.php'],
      ...['core/scripts/run-tests.php', 'core/modules/system/system.api.php', 'modules/a/a.php'],
    ],
    inside: [
      'config_abc/active/system.core.json',
      'config_abc/staging/a.json',
      'private/contract.pdf',
      'backup_migrate/manual/a.zip',
    ],
  },
  wordpress: {
    uploads: '/wp-content/uploads',
    below: '/srv/files/public/uploads',
    secrets: [
      ...['wp-content/plugins/a/readme.md', 'wp-content/plugins/a/composer.json', 'wp-content/languages/de.po'],
    ],
    open: ['wp-includes/css/a.css', 'wp-admin/js/a.js', 'wp-content/themes/a/style.css', 'robots.txt'],
    entries: ['index.php', 'wp-login.php', 'xmlrpc.php', 'wp-admin/admin-ajax.php', 'wp-content/plugins/a/a.php'],
    closed: [],
    inside: [],
  },
};
