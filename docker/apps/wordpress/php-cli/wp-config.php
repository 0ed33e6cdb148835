<?php
// The wp-config.php of a release that has none of its own.
require '/etc/bootdev/current/app/settings.php';

$table_prefix = 'wp_';
define('WP_DEBUG', false);

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
