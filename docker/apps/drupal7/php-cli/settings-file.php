<?php
// settings.php of each site: the user's own, then ours.
require_once '/etc/bootdev/current/etc/php/drupal-family.php';
return bootdev\drupal_settings_file(...);
