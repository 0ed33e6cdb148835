<?php
// WordPress itself: its first filter, then what it has got.
foreach ($wp_filter['enable_wp_debug_mode_checks'][10] ?? [] as ['function' => $answer]) {
    $answer(true);
}
$constants = get_defined_constants(true)['user'];
$handler = set_error_handler(null);
header('Content-Type: application/json');
echo json_encode([
    'database' => DB_NAME,
    'prefix' => $table_prefix,
    'home' => WP_HOME,
    'map' => array_map(static fn (array $filter): string => $filter['function'](), $wp_filter['pre_option_wpgmza_google_maps_api_key'][10] ?? []),
    'name' => $_SERVER['HTTP_HOST'],
    's3' => unserialize($constants['AS3CF_SETTINGS'] ?? 'N;'),
    'configIn' => $constants['CONFIG_IN'] ?? null,
    'handler' => $handler !== null,
    'warned' => error_get_last()['message'] ?? null,
    'wrapper' => stream_get_meta_data(fopen(__FILE__, 'r'))['wrapper_type'],
    'misses' => opcache_get_status(false)['opcache_statistics']['misses'] ?? null,
], JSON_UNESCAPED_SLASHES);
