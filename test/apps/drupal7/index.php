<?php
// As Drupal 7 reads its settings, and chooses the class for public files by a hook.
define('DRUPAL_ROOT', getcwd());
require DRUPAL_ROOT . '/includes/bootstrap.inc';
initialize_settings();
$wrappers = ['public' => ['class' => 'DrupalPublicStreamWrapper'], 'private' => ['class' => 'DrupalPrivateStreamWrapper']];
if (function_exists('system_stream_wrappers_alter')) {
    system_stream_wrappers_alter($wrappers);
}
stream_wrapper_register('private', $wrappers['private']['class']);
if (preg_match('{^/system/files/([^?]+)}', $_SERVER['REQUEST_URI'], $asked)) {
    $uri = 'private://' . rawurldecode($asked[1]);
    // What the application reads for itself it reads as ever.
    $length = strlen((string) @file_get_contents($uri));
    file_transfer($uri, ['Content-Type' => 'application/pdf', 'Content-Disposition' => "inline; filename=has-$length"]);
}
$public = new $wrappers['public']['class']();
header('Content-Type: application/json');
echo json_encode([
    'site' => conf_path(),
    'database' => $databases['default']['default']['database'] ?? null,
    'own' => $conf['own'] ?? null,
    'salt' => $drupal_hash_salt,
    'files' => $public->getDirectoryPath(),
    'address' => $public->getExternalUrl(),
    'deprecated' => (bool) (error_reporting() & E_DEPRECATED),
    'wrapper' => stream_get_meta_data(fopen(__FILE__, 'r'))['wrapper_type'],
    'script' => $_SERVER['SCRIPT_NAME'],
], JSON_UNESCAPED_SLASHES);
