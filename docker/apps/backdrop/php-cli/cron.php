<?php
// Backdrop's own cron, as its core/cron.php runs it, without an address and a key; drush need not be there. In the folder of its index.php.
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();

define('BACKDROP_ROOT', getcwd());
require_once BACKDROP_ROOT . '/core/includes/bootstrap.inc';
backdrop_bootstrap(BACKDROP_BOOTSTRAP_CONFIGURATION);
require_once BACKDROP_ROOT . '/core/includes/database/database.inc';
bootdev\end_unless_installed('system', 'Backdrop');
backdrop_bootstrap(BACKDROP_BOOTSTRAP_FULL);
exit(backdrop_cron_run() ? 0 : 1);
