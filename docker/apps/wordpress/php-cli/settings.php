<?php
// WordPress on bootdev's machines: read before the site's own wp-config.php, which stays as it is (settings-file.php). The first definition of a
// constant wins, so these apply.
if (defined('MYSQL_CLIENT_FLAGS')) {
    return; // a wp-config.php that asks for this file itself
}

(static function (): void {
    $secret = static fn (string $name): string => trim((string) file_get_contents("/run/secrets/app/$name"));

    // The command line has no request that shows scheme and name; but addresses in cron's mails need them, and a network finds its site by the name.
    if (PHP_SAPI === 'cli') {
        $url = parse_url(getenv('SITE_URL'));
        $_SERVER['HTTP_HOST'] ??= $url['host'];
        if ($url['scheme'] === 'https') {
            $_SERVER['HTTPS'] = 'on';
        }
    }
    // A visitor who came by http (balancer.https: both) stays there: the public address would be a redirect to another port. The load
    // balancer lets the site's own names in only.
    $home = PHP_SAPI !== 'cli' && ($_SERVER['HTTPS'] ?? '') !== 'on' && isset($_SERVER['HTTP_HOST'])
        ? "http://{$_SERVER['HTTP_HOST']}"
        : getenv('SITE_URL');

    $constants = [
        'DB_NAME' => getenv('DB_NAME'),
        'DB_USER' => getenv('DB_USER'),
        'DB_PASSWORD' => $secret('db-password'),
        'DB_HOST' => getenv('DB_HOST') . ':' . getenv('DB_PORT'),
        'DB_CHARSET' => 'utf8mb4',
        'DB_COLLATE' => '',
        'MYSQL_CLIENT_FLAGS' => MYSQLI_CLIENT_SSL,
        'WP_HOME' => $home,
        'WP_SITEURL' => $home,
        'DISABLE_WP_CRON' => true, // the admin machine runs it
        // Code comes by a release and is the same on all web machines: WordPress must not change it on one of them.
        'DISALLOW_FILE_MODS' => true,
        'AUTOMATIC_UPDATER_DISABLED' => true,
    ];
    // From one secret a key for each purpose: the same on all web machines, or a login would be valid on only one of them.
    foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $key) {
        $constants[$key] = hash_hmac('sha256', $key, $secret('hash-salt'));
    }
    $filter = static function (string $name, Closure $answer): void {
        // WordPress takes over filters that were set before it was loaded (WP_Hook::build_preinitialized_hooks).
        $GLOBALS['wp_filter'][$name][10][] = ['accepted_args' => 1, 'function' => $answer];
    };
    $docroot = '/srv/code/current/{{settings.code.docroot}}';
    if (is_dir("$docroot/wp-content/plugins/amazon-s3-and-cloudfront") || is_dir("$docroot/app/plugins/amazon-s3-and-cloudfront")) {
        require '/etc/bootdev/current/app/s3-files.php';
    }
    if (is_dir('/srv/code/current/vendor/roots/wp-config')) {
        // Bedrock makes its constants itself, of the environment, which comes before its .env; it refuses one that is there.
        define('MYSQL_CLIENT_FLAGS', $constants['MYSQL_CLIENT_FLAGS']);
        $said = ['WP_SITEURL' => "$home/wp", 'DISABLE_WP_CRON' => 'true', 'DB_SSL' => '', 'DATABASE_URL' => ''];
        foreach ($said + $constants as $name => $value) {
            putenv("$name=$value");
        }
        $constants = [];
    }
    foreach ($constants as $name => $value) {
        define($name, $value);
    }

    // wp-config.php may define them once more: PHP would warn of each at each request. Until WordPress begins, which asks by its first filter.
    set_error_handler(
        static fn (int $level, string $text): bool => preg_match('/^Constant (\w+) already defined/', $text, $found) && isset($constants[$found[1]]),
        E_WARNING,
    );
    $filter('enable_wp_debug_mode_checks', static function (bool $checks): bool {
        restore_error_handler();
        return $checks;
    });

    require '/etc/bootdev/current/app/administration.php';
    require '/etc/bootdev/current/app/purge.php';

    // The object cache, where the site brings none: this filter is asked right before WordPress looks for one.
    $filter('enable_loading_object_cache_dropin', static function (bool $enabled): bool {
        $isOpen = ($GLOBALS['wpdb']->dbh ?? null) instanceof mysqli; // a db.php may do it in another way
        if ($enabled && $isOpen && getenv('MEMCACHED') && !function_exists('wp_cache_init') && !file_exists(WP_CONTENT_DIR . '/object-cache.php')) {
            require '/etc/bootdev/current/app/object-cache.php';
            wp_using_ext_object_cache(true);
        }
        return $enabled;
    });

    // WP Go Maps (wp-google-maps). Leaflet Map needs none.
    if (is_readable('/run/secrets/app/map-key')) {
        $filter('pre_option_wpgmza_google_maps_api_key', static fn (): string => $secret('map-key'));
    }

    // Uploads are in the shared files; nginx serves them at their usual address.
    $filter('pre_option_upload_path', static fn (): string => '/srv/files/public/uploads');
    $filter('pre_option_upload_url_path', static fn (): string => WP_CONTENT_URL . '/uploads');
    $filter('file_mod_allowed', static fn (): bool => false); // whatever the site's own constants say
})();
