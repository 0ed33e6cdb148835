<?php
// As Drupal 10 and 11 read their settings, and as their routes and files use the one class for public files.
require __DIR__ . '/core/lib/Drupal.php';

final class Site
{
    /** @return array<string, mixed> */
    public static function settings(string $app_root, string $site_path, object $class_loader): array
    {
        $settings = $config = $databases = [];
        if (is_readable("$app_root/$site_path/settings.php")) {
            require "$app_root/$site_path/settings.php";
        }
        return compact('settings', 'config', 'databases');
    }

    public static function path(): string
    {
        $named = 'sites/' . explode(':', $_SERVER['HTTP_HOST'] ?? 'default')[0];
        return file_exists(__DIR__ . "/$named/settings.php") ? $named : 'sites/default';
    }
}

['settings' => $settings, 'config' => $config, 'databases' => $databases] = Site::settings(__DIR__, Site::path(), new stdClass());
Drupal\Core\StreamWrapper\LocalStream::$settings = $settings;
$public = class_exists('bootdev\DrupalPublicFiles') ? new bootdev\DrupalPublicFiles() : null;
// A page that nobody has stored: what is below files/ is made here.
if ($public && preg_match("{^/{$public->getDirectoryPath()}/(styles/.+)}", $_SERVER['REQUEST_URI'] ?? '', $asked)) {
    $public->mkdir('public://' . dirname($asked[1]), 0775, STREAM_MKDIR_RECURSIVE);
    file_put_contents($public->realpath("public://$asked[1]"), 'an image');
}
// What a site has in its database: two servers of other machines, and one that is no Solr.
$stored = new class () implements Drupal\Core\Config\StorageInterface {
    public function read($name)
    {
        return [
            'search_api.server.any' => ['backend' => 'search_api_solr', 'backend_config' => ['connector' => 'solr_cloud', 'connector_config' => ['host' => 'elsewhere', 'timeout' => 7]]],
            'search_api.server.told' => ['backend' => 'search_api_solr', 'backend_config' => ['connector' => 'standard', 'connector_config' => ['host' => 'elsewhere']]],
            'search_api.server.rows' => ['backend' => 'search_api_db', 'backend_config' => ['min_chars' => 1]],
        ][$name] ?? false;
    }
};
/** As Drupal\Core\Config\ConfigFactory: what is stored, then the services, then settings.php. */
$configured = static function (string $name) use ($stored, $settings, $config): ?array {
    $found = $stored->read($name) ?: [];
    foreach ($settings['container_yamls'] ?? [] as $file) {
        if (preg_match('/class: (\S+)\s+arguments: .+@config\.storage.*\s+tags:\s+- \{ name: config\.factory\.override/', file_get_contents($file), $service)) {
            $found = array_replace_recursive($found, (new $service[1]($stored))->loadOverrides([$name])[$name] ?? []);
        }
    }
    return array_replace_recursive($found, $config[$name] ?? [])['backend_config'] ?? null;
};
header('Content-Type: application/json');
echo json_encode([
    'search' => array_map($configured, ['any' => 'search_api.server.any', 'told' => 'search_api.server.told', 'rows' => 'search_api.server.rows', 'none' => 'search_api.server.none']),
    's3fs' => [$config['s3fs.settings'] ?? null, array_filter($settings, static fn (string $name): bool => str_starts_with($name, 's3fs.'), ARRAY_FILTER_USE_KEY)],
    'path' => $_SERVER['REQUEST_URI'] ?? null,
    'script' => $_SERVER['SCRIPT_NAME'],
    'info' => $_SERVER['PATH_INFO'] ?? null,
    'site' => Site::path(),
    'own' => $settings['own'] ?? null,
    'database' => $databases['default']['default']['database'] ?? null,
    'prefix' => $databases['default']['default']['prefix'] ?? null,
    'proxy' => $settings['reverse_proxy'] ?? null,
    'salt' => $settings['hash_salt'] ?? null,
    'files' => $public?->getDirectoryPath(),
    'onDisk' => $public?->realpath('public://a.txt'),
    'kept' => $config['system.performance']['cache']['page']['max_age'] ?? null,
    'sitemap' => [$settings['xmlsitemap_base_url'] ?? null, $config['simple_sitemap.settings']['base_url'] ?? null],
    'map' => $config['geofield_map.settings']['gmap_api_key'] ?? null,
    'wrapper' => stream_get_meta_data(fopen(__FILE__, 'r'))['wrapper_type'],
    'misses' => opcache_get_status(false)['opcache_statistics']['misses'] ?? null,
], JSON_UNESCAPED_SLASHES);
