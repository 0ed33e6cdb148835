/**
 * PHP of web and admin machines, by Composer's names: docker/roles/php-cli/provision.sh installs it, and a test compares this list with
 * `php -m`. What the extensions are for, and why others are not there: docs/php-extensions.md.
 */
export const phpSeries = '8.4';

export const phpExtensions: ReadonlySet<string> = new Set([
  ...['apcu', 'bcmath', 'bz2', 'calendar', 'core', 'ctype', 'curl', 'date', 'dom', 'exif', 'ffi', 'fileinfo', 'filter'],
  ...['ftp', 'gd', 'gettext', 'gmp', 'hash', 'iconv', 'igbinary', 'imagick', 'intl', 'json', 'ldap', 'libxml'],
  ...['mbstring', 'memcached', 'msgpack', 'mysqli', 'mysqlnd', 'openssl', 'pcntl', 'pcre', 'pdo', 'pdo_mysql', 'phar'],
  ...['posix', 'random', 'readline', 'redis', 'reflection', 'session', 'shmop', 'simplexml', 'soap', 'sockets'],
  ...['sodium', 'spl', 'standard', 'sysvmsg', 'sysvsem', 'sysvshm', 'tidy', 'tokenizer', 'xml', 'xmlreader'],
  ...['xmlwriter', 'xsl', 'zend-opcache', 'zip', 'zlib'],
]);

/** Those that sites ask for and that are left out on purpose, with what is there instead. */
export const phpExtensionsLeftOut: Readonly<Record<string, string>> = {
  mongodb: 'its data would be in no machine of the site: MySQL or MariaDB is there',
  pdo_pgsql: 'the database is MySQL or MariaDB (database.engine)',
  pgsql: 'the database is MySQL or MariaDB (database.engine)',
  pdo_sqlite: 'each web machine would have its own file: the database is MySQL or MariaDB',
  sqlite3: 'each web machine would have its own file: the database is MySQL or MariaDB',
  imap: 'PHP itself gave it up with 8.4: webklex/php-imap does the same in PHP',
  uploadprogress: 'nginx hands an upload over when all of it is there, so it would see nothing of one',
  xdebug:
    'it slows down every request, and production has the same machines: `bootdev xdebug on` is a machine beside them',
  yaml: 'Drupal up to 10 would read YAML with it, by other rules than its own parser: symfony/yaml is in PHP',
};
