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
// Servers as Search API loads them, by a hook, and the class that Apache Solr Search makes of an environment's address.
$servers = [
    'any' => (object) ['class' => 'search_api_solr_service', 'options' => ['host' => 'elsewhere', 'port' => '80', 'path' => '/solr/x', 'http_user' => 'x', 'http_pass' => 'x', 'retrieve_data' => 1]],
    'rows' => (object) ['class' => 'search_api_db_service', 'options' => ['database' => 'default']],
];
if (function_exists('system_search_api_server_load')) {
    system_search_api_server_load($servers);
}
$class = $conf['apachesolr_service_class'] ?? 'DrupalApacheSolrService';
header('Content-Type: application/json');
echo json_encode([
    'search' => array_map(static fn (object $server): array => $server->options, $servers),
    'apachesolr' => (new $class('http://elsewhere:80/solr/x', 'solr'))->url,
    's3fs' => array_filter($conf, static fn (string $name): bool => str_starts_with($name, 's3fs_'), ARRAY_FILTER_USE_KEY),
    'site' => conf_path(),
    'database' => $databases['default']['default']['database'] ?? null,
    'own' => $conf['own'] ?? null,
    'salt' => $drupal_hash_salt,
    'files' => $public->getDirectoryPath(),
    'address' => $public->getExternalUrl(),
    'gc' => array_map(ini_get(...), ['session.gc_probability', 'session.gc_divisor', 'session.gc_maxlifetime']),
    'honeypot' => $conf['honeypot_use_js_for_cached_pages'] ?? null,
    'sitemap' => $conf['xmlsitemap_base_url'] ?? null,
    'map' => [$conf['gmap_api_key'] ?? null, $conf['geofield_map_google_apikey'] ?? null],
    'deprecated' => (bool) (error_reporting() & E_DEPRECATED),
    'wrapper' => stream_get_meta_data(fopen(__FILE__, 'r'))['wrapper_type'],
    'script' => $_SERVER['SCRIPT_NAME'],
], JSON_UNESCAPED_SLASHES);
