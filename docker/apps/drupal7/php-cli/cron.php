<?php
// Drupal's own cron, as its cron.php runs it, without an address and a key; drush need not be there. In the folder of its index.php.
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();

define('DRUPAL_ROOT', getcwd());
require_once DRUPAL_ROOT . '/includes/bootstrap.inc';
drupal_bootstrap(DRUPAL_BOOTSTRAP_CONFIGURATION);
require_once DRUPAL_ROOT . '/includes/database/database.inc';
bootdev\end_unless_installed('variable', 'Drupal');
drupal_bootstrap(DRUPAL_BOOTSTRAP_FULL);
exit(drupal_cron_run() ? 0 : 1);
