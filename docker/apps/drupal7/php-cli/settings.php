<?php
// Drupal 7 on bootdev's machines: read after the site's own settings.php, which stays as it is (settings-file.php), in the scope of
// drupal_settings_initialize(). What the site says counts, but for what must be this machine's.

// PHP 8.4 has deprecated much of what Drupal 7 is written in; Drupal asks for every message (drupal_environment_initialize).
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

(static function (): void {
    global $databases, $conf, $drupal_hash_salt;

    $own = $databases['default']['default'] ?? [];
    $databases['default'] = ['default' => bootdev\connection($own) + [
        'charset' => $own['charset'] ?? 'utf8mb4',
        'collation' => $own['collation'] ?? 'utf8mb4_general_ci',
        'init_commands' => ['isolation' => 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'] + ($own['init_commands'] ?? []),
    ]];

    if (($drupal_hash_salt ?? '') === '') {
        $drupal_hash_salt = bootdev\secret('hash-salt');
    }
    // nginx has made the visitor's address and scheme of the load balancer's headers already, and no others reach PHP.
    $conf['reverse_proxy'] = false;
    $conf['clean_url'] = 1;

    // Sessions are in the database, and PHP's own clean-up deletes old ones; Debian turns that off. As Drupal's default.settings.php has it.
    if ((int) ini_get('session.gc_probability') === 0) {
        ini_set('session.gc_probability', '1');
        ini_set('session.gc_divisor', '100');
        ini_set('session.gc_maxlifetime', '200000');
    }

    $conf['file_public_path'] = '/srv/files/public';
    $conf['file_private_path'] = '/srv/files/private';
    $conf['file_temporary_path'] = '/srv/files/private/tmp'; // a form in steps may go on on another machine

    // For a visitor without a session a page may be kept; for how long at most says the setting cache.ttl. It is compressed once, after PHP.
    $conf['cache'] ??= 1;
    $conf['page_cache_maximum_age'] ??= 60;
    $conf['page_compression'] = 0;
    // Honeypot's time limit would keep each page with a protected form out of every cache: by its script the browser measures the time.
    $conf['honeypot_use_js_for_cached_pages'] ??= true;
    // Else the address of where the module was enabled: a production's, after an import.
    $conf['xmlsitemap_base_url'] = rtrim((string) getenv('SITE_URL'), '/');
    $conf['cron_safe_threshold'] = 0; // the admin machine runs cron
    $conf['allow_authorize_operations'] = false; // the code is not writable, so modules come with it

    if (($key = bootdev\key_of_user('map-key')) !== '') {
        $conf['gmap_api_key'] = $key;
        $conf['geofield_map_google_apikey'] = $key;
        $conf['geofield_map_google_auth_method'] = 1; // by a key, not by a client's id. Leaflet needs none
    }

    if (bootdev\solr()) {
        $conf['apachesolr_service_class'] = 'bootdev\ApacheSolr';
        spl_autoload_register(static function (string $class): void {
            if ($class === 'bootdev\ApacheSolr') {
                require '/etc/bootdev/current/app/search.php';
            }
        });
    }

    if (array_filter(['sites/all/modules/contrib/s3fs', 'sites/all/modules/s3fs'], static fn (string $module): bool => is_file(DRUPAL_ROOT . "/$module/s3fs.module"))) {
        require_once '/etc/bootdev/current/etc/php/bucket.php';
        $bucket = bootdev\bucket();
        $conf = [
            's3fs_bucket' => $bucket['name'],
            's3fs_region' => $bucket['region'],
            's3fs_use_customhost' => (int) ($bucket['endpoint'] !== null), // a name that is a number has the bucket in the path, says the SDK
            's3fs_hostname' => $bucket['endpoint'] ?? '',
            's3fs_use_instance_profile' => 1, // which is, with a file: keys are in the file
            's3fs_credentials_file' => $bucket['credentials'],
            // What is below media/ is at /-/media/ of the name that the visitor asked for.
            's3fs_root_folder' => 'media',
            's3fs_use_cname' => 1,
            's3fs_domain' => '/-',
            's3fs_domain_root' => 'none',
            's3fs_no_rewrite_cssjs' => 1,
            's3fs_use_https' => (int) (PHP_SAPI === 'cli' && str_starts_with((string) getenv('SITE_URL'), 'https:')),
            's3fs_use_s3_for_private' => 0, // below media/ everybody could read them
        ] + $conf;
    }

    foreach (['sites/all/modules/contrib/memcache', 'sites/all/modules/memcache'] as $module) {
        if (is_file(DRUPAL_ROOT . "/$module/memcache.inc")) {
            $conf['cache_backends'][] = "$module/memcache.inc";
            $conf['cache_default_class'] ??= 'MemCacheDrupal';
            $conf['cache_class_cache_form'] = 'DrupalDatabaseCache'; // what must not be forgotten
            $conf['memcache_servers'] = array_fill_keys(bootdev\memcached_nodes(), 'default');
            $conf['memcache_extension'] = 'Memcached';
            $conf['memcache_options'] = bootdev\memcached_options() + ($conf['memcache_options'] ?? []);
            $conf['memcache_key_prefix'] ??= 'drupal';
            break;
        }
    }
})();

if (!function_exists('system_stream_wrappers_alter')) {
    /** A hook of the one module that is always there, which has none of that name itself. */
    function system_stream_wrappers_alter(array &$wrappers): void
    {
        require_once '/etc/bootdev/current/etc/php/public-files.php';
        require_once '/etc/bootdev/current/etc/php/private-files.php';
        require_once '/etc/bootdev/current/app/files.php';
        $wrappers['public']['class'] = bootdev\DrupalPublicFiles::class;
        if (isset($wrappers['private'])) {
            $wrappers['private']['class'] = bootdev\DrupalPrivateFiles::class;
        }
    }
}

if (!function_exists('system_s3fs_upload_params_alter')) {
    /** The bucket knows no ACLs: who may read says its policy. */
    function system_s3fs_upload_params_alter(array &$params): void
    {
        unset($params['ACL']);
    }
}

if (bootdev\solr() && !function_exists('system_search_api_server_load')) {
    /** Search API's servers, whatever they are called, as they are loaded: those of Search API Solr ask the site's Solr. */
    function system_search_api_server_load(array $servers): void
    {
        ['scheme' => $scheme, 'host' => $host, 'port' => $port, 'core' => $core] = bootdev\solr();
        foreach ($servers as $server) {
            if ($server->class === 'search_api_solr_service') {
                $server->options = ['scheme' => $scheme, 'host' => $host, 'port' => $port, 'path' => "/solr/$core", 'http_user' => '', 'http_pass' => ''] + $server->options;
            }
        }
    }
}

// An empty database: its own installer instead of an error. Drupal's handler, set before, does all else.
if (PHP_SAPI !== 'cli' && basename($_SERVER['SCRIPT_NAME']) !== 'install.php') {
    $before = set_exception_handler(null);
    set_exception_handler(static function (Throwable $error) use ($before): void {
        if ($error instanceof PDOException && preg_match('/42S02.*\.(?:\w*)(?:semaphore|variable)\b/', $error->getMessage()) && !headers_sent()) {
            header('Location: ' . $GLOBALS['base_path'] . 'install.php', true, 302);
            header('Cache-Control: no-store');
            return;
        }
        $before ? $before($error) : throw $error;
    });
    unset($before);
}
