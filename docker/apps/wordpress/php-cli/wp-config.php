<?php
// For code that has no wp-config.php of its own, after settings.php. ABSPATH is there: wp-load.php has defined it.
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
