<?php
// For a release that has no wp-config.php of its own.
require '/etc/bootdev/current/app/settings.php';

$table_prefix = 'wp_';
define('WP_DEBUG', false);

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
