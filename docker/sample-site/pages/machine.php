<?php
header('Cache-Control: no-store');
page('Machine', table([
    'machine' => machine('BOOTDEV_MACHINE'),
    'bundle' => machine('BOOTDEV_DIGEST'),
    'release' => basename(realpath(__DIR__ . '/..')),
    'PHP' => PHP_VERSION . ', ' . PHP_SAPI,
    'memory limit' => ini_get('memory_limit'),
    'largest upload' => ini_get('upload_max_filesize'),
    'opcache' => ini_get('opcache.memory_consumption') . ' MB',
    'your address' => $_SERVER['REMOTE_ADDR'],
    'request' => $_SERVER['HTTP_X_REQUEST_ID'] ?? '',
    'server time' => gmdate('c'),
]));
