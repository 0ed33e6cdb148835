<?php
// An installed Backdrop, whole, as its visitors have it; where it is not installed, this ends. In the folder of its index.php.
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();

define('BACKDROP_ROOT', getcwd());
require_once BACKDROP_ROOT . '/core/includes/bootstrap.inc';
backdrop_bootstrap(BACKDROP_BOOTSTRAP_CONFIGURATION);
require_once BACKDROP_ROOT . '/core/includes/database/database.inc';
bootdev\end_unless_installed('system', 'Backdrop');
backdrop_bootstrap(BACKDROP_BOOTSTRAP_FULL);
