<?php
// An installed Drupal, whole, as its visitors have it; where it is not installed, this ends. In the folder of its index.php.
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();

define('DRUPAL_ROOT', getcwd());
require_once DRUPAL_ROOT . '/includes/bootstrap.inc';
drupal_bootstrap(DRUPAL_BOOTSTRAP_CONFIGURATION);
require_once DRUPAL_ROOT . '/includes/database/database.inc';
bootdev\end_unless_installed('variable', 'Drupal');
drupal_bootstrap(DRUPAL_BOOTSTRAP_FULL);
