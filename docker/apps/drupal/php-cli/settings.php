<?php
// Drupal on bootdev's machines: read after the site's own settings.php, which stays as it is (settings-file.php), in the scope of
// Drupal\Core\Site\Settings::initialize(). What the site says counts, but for what must be this machine's.
/** @var array $settings @var array $config @var array $databases @var string $app_root @var Composer\Autoload\ClassLoader $class_loader */

// PHP 8.4 has deprecated some of what Drupal 10 is written in; Drupal asks for every message (DrupalKernel::bootEnvironment).
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

(static function (array &$settings, array &$config, array &$databases) use ($app_root, $class_loader): void {
    $isCommand = PHP_SAPI === 'cli';
    $public = rtrim((string) getenv('SITE_URL'), '/');

    $own = $databases['default']['default'] ?? [];
    $databases['default'] = ['default' => bootdev\connection($own) + [
        'namespace' => 'Drupal\\mysql\\Driver\\Database\\mysql',
        'autoload' => 'core/modules/mysql/src/Driver/Database/mysql/',
        'collation' => $own['collation'] ?? 'utf8mb4_general_ci',
        'init_commands' => ['isolation_level' => 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'] + ($own['init_commands'] ?? []),
    ]];

    // nginx has made the visitor's address and scheme of the load balancer's headers already, and no others reach PHP.
    $settings['reverse_proxy'] = false;
    // The load balancer lets the site's own names in only, and machines ask themselves.
    $settings['trusted_host_patterns'][] = '^' . preg_quote((string) parse_url($public, PHP_URL_HOST)) . '$';
    $settings['trusted_host_patterns'][] = '^(?:localhost|127\.0\.0\.1)$';

    // A visitor who came by http (balancer.https: both) gets addresses by http. A command has no request that says so.
    $base = !$isCommand && ($_SERVER['HTTPS'] ?? '') !== 'on' && isset($_SERVER['HTTP_HOST']) ? "http://{$_SERVER['HTTP_HOST']}" : $public;
    $settings['file_public_path'] = '/srv/files/public';
    $settings['file_public_base_url'] = "$base/sites/default/files";
    $settings['file_private_path'] = '/srv/files/private';
    $settings['file_temp_path'] = '/srv/files/private/tmp'; // a form in steps may go on on another machine
    unset($settings['file_assets_path']);
    require_once '/etc/bootdev/current/app/files.php';
    $settings['container_yamls'][] = '/etc/bootdev/current/app/services.yml';
    // What each machine compiles for itself: never shared, and nobody's but the site's.
    $settings['php_storage']['default'] ??= ['directory' => '/tmp/drupal-php'];

    if (($settings['hash_salt'] ?? '') === '') {
        $settings['hash_salt'] = bootdev\secret('hash-salt');
    }
    if (($settings['config_sync_directory'] ?? '') === '') {
        $settings['config_sync_directory'] = '/srv/files/private/config-sync';
        if (isset($GLOBALS['install_state'])) {
            // Its installer takes none of the settings where this folder is missing. The group: a tool on root's live folder is another user.
            @mkdir($settings['config_sync_directory']) && chmod($settings['config_sync_directory'], 02775);
        }
    }
    $settings['skip_permissions_hardening'] = true; // the code is not writable
    $settings['allow_authorize_operations'] = false; // so modules come with the code

    // For a visitor without a session a page may be kept; for how long at most says the setting cache.ttl.
    $config['system.performance']['cache']['page']['max_age'] ??= 60;
    $config['automated_cron.settings']['interval'] = 0; // the admin machine runs it

    // Sitemaps: else the address of where the module was enabled, a production's after an import.
    $settings['xmlsitemap_base_url'] = $public;
    $config['simple_sitemap.settings']['base_url'] = $public;

    if (($key = bootdev\key_of_user('map-key')) !== '') {
        $config['geofield_map.settings']['gmap_api_key'] = $key; // Leaflet needs none
    }

    if (bootdev\solr()) {
        spl_autoload_register(static function (string $class): void {
            if ($class === 'bootdev\SearchServers') {
                require '/etc/bootdev/current/app/search-servers.php';
            }
        });
        $settings['container_yamls'][] = '/etc/bootdev/current/app/search.yml';
        // What settings.php itself says of a server counts after that: a production's address elsewhere.
        foreach (preg_grep('/^search_api\.server\./', array_keys($config)) as $server) {
            if (isset($config[$server]['backend_config'])) {
                $config[$server]['backend_config'] = array_replace_recursive($config[$server]['backend_config'], bootdev\SearchServers::backend());
            }
        }
    }

    if (array_filter(['modules/contrib/s3fs', 'modules/s3fs'], static fn (string $module): bool => is_file("$app_root/$module/s3fs.info.yml"))) {
        require_once '/etc/bootdev/current/etc/php/bucket.php';
        $bucket = bootdev\bucket();
        $address = parse_url($base);
        $config['s3fs.settings'] = [
            'bucket' => $bucket['name'],
            'region' => $bucket['region'],
            'use_customhost' => $bucket['endpoint'] !== null,
            'hostname' => $bucket['endpoint'] ?? '',
            'use_path_style_endpoint' => $bucket['endpoint'] !== null,
            'credentials_file' => $bucket['credentials'],
            'keymodule' => ['access_key_name' => '', 'secret_key_name' => ''],
            // What is below media/ is at /-/media/ (s3-files.php).
            'root_folder' => 'media',
            'use_cname' => true,
            'domain' => $address['host'] . (isset($address['port']) ? ":{$address['port']}" : ''),
            'domain_root' => 'none',
            'use_https' => $address['scheme'] === 'https',
            'disable_version_sync' => true, // a list of versions is no right of the site's on AWS
        ] + ($config['s3fs.settings'] ?? []);
        unset($settings['s3fs.access_key'], $settings['s3fs.secret_key']);
        $settings['s3fs.upload_as_private'] = true; // the bucket knows no ACLs: who may read says its policy
        $settings['s3fs.use_s3_for_private'] = false; // below media/ everybody could read them
        $GLOBALS['conf']['container_service_providers']['bootdev_s3'] = 'bootdev\S3FilesServices';
    }

    foreach (['modules/contrib/memcache', 'modules/memcache'] as $module) {
        if (is_file("$app_root/$module/memcache.services.yml")) {
            $settings['memcache']['extension'] = 'Memcached';
            $settings['memcache']['servers'] = array_fill_keys(bootdev\memcached_nodes(), 'default');
            $settings['memcache']['bins'] = ['default' => 'default'];
            $settings['memcache']['key_prefix'] ??= 'drupal';
            $settings['memcache']['options'] = bootdev\memcached_options() + ($settings['memcache']['options'] ?? []);
            // The services are there whether the module is enabled or not: a name of one that is missing would be an error on each page.
            $class_loader->addPsr4('Drupal\\memcache\\', "$app_root/$module/src");
            $settings['container_yamls'][] = "$app_root/$module/memcache.services.yml";
            $settings['cache']['default'] ??= 'cache.backend.memcache';
            break;
        }
    }
})($settings, $config, $databases);
