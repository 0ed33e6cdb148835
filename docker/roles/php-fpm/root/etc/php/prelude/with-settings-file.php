<?php
// Instead of prelude.php, where the application reads a settings file.
require __DIR__ . '/prelude.php';
require '/etc/bootdev/current/etc/php/settings-file.php';
