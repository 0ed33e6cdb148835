<?php
header('Content-Type: application/json');
echo json_encode(['database' => getenv('DB_NAME'), 'before' => ini_get('auto_prepend_file'), 'class' => class_exists('bootdev\SettingsFile'), 'never' => ini_get('opcache.blacklist_filename')], JSON_UNESCAPED_SLASHES);
