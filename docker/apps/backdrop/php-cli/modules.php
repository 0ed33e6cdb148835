<?php
// For `bootdev features` (etc/php/features/asks.php).
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

return bootdev\modules_of_system(...);
