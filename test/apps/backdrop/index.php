<?php
// As Backdrop reads its settings: by a path that begins where it is.
define('BACKDROP_ROOT', getcwd());
require BACKDROP_ROOT . '/core/includes/bootstrap.inc';
initialize_settings();
header('Content-Type: application/json');
echo json_encode([
    'database' => $databases['default']['default']['database'] ?? null,
    'own' => $settings['own'] ?? null,
    'configuration' => $config_directories['active'] ?? null,
    'wrapper' => stream_get_meta_data(fopen(__FILE__, 'r'))['wrapper_type'],
    'script' => $_SERVER['SCRIPT_NAME'],
], JSON_UNESCAPED_SLASHES);
