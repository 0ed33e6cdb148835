<?php
// As WordPress looks for its settings.
define('ABSPATH', __DIR__ . '/');
if (file_exists(ABSPATH . 'wp-config.php')) {
    require_once ABSPATH . 'wp-config.php';
} elseif (@file_exists(dirname(ABSPATH) . '/wp-config.php') && !@file_exists(dirname(ABSPATH) . '/wp-settings.php')) {
    require_once dirname(ABSPATH) . '/wp-config.php';
} else {
    header('Location: /wp-admin/setup-config.php', true, 302);
    exit;
}
