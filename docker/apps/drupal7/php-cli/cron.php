<?php
// Drupal's own cron, as its cron.php runs it, without an address and a key; drush need not be there. In the folder of its index.php.
require_once __DIR__ . '/bootstrap.php';

exit(drupal_cron_run() ? 0 : 1);
