<?php
// Backdrop on bootdev's machines: read after the site's own settings.php, which stays as it is (settings-file.php), in the scope of
// backdrop_settings_initialize(). What the site says counts, but for what must be this machine's.

// PHP 8.4 has deprecated much of what Backdrop is written in; Backdrop asks for every message (backdrop_environment_initialize).
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

// Backdrop makes a session's id before there is one, and forms and batches count on it; strict mode would take another.
ini_set('session.use_strict_mode', '0');

unset($database); // the short form, which Backdrop would make a connection of after this
$database_prefix ??= '';

(static function (string $prefix): void {
    global $databases, $settings, $config, $config_directories;

    $own = $databases['default']['default'] ?? [];
    $databases['default'] = ['default' => bootdev\connection($own + ['prefix' => $prefix]) + [
        'charset' => $own['charset'] ?? 'utf8mb4',
        'init_commands' => ['isolation' => 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'] + ($own['init_commands'] ?? []),
    ]];

    if (($settings['hash_salt'] ?? '') === '') {
        $settings['hash_salt'] = bootdev\secret('hash-salt');
    }
    // nginx has made the visitor's address and scheme of the load balancer's headers already, and no others reach PHP.
    $settings['reverse_proxy'] = false;
    $settings['trusted_host_patterns'][] = '^' . preg_quote((string) parse_url((string) getenv('SITE_URL'), PHP_URL_HOST)) . '(?::\d+)?$';
    $settings['trusted_host_patterns'][] = '^(?:localhost|127\.0\.0\.1)(?::\d+)?$';
    $settings['allow_authorize_operations'] = false; // the code is not writable, so modules come with it

    // Its configuration is files that it writes: the same ones on all machines. Below files/ they would be in the code, which is not writable.
    foreach (['active', 'staging'] as $which) {
        if (!preg_match('{^(?:\.\./|/)}', $config_directories[$which] ?? '')) {
            $config_directories[$which] = "/srv/files/private/config/$which";
        }
    }

    $config['system.core']['file_public_path'] = '/srv/files/public';
    $config['system.core']['file_private_path'] = '/srv/files/private';
    $config['system.core']['file_temporary_path'] = '/srv/files/private/tmp'; // a form in steps may go on on another machine
    $config['system.core']['clean_url'] = 1;
    // For a visitor without a session a page may be kept; for how long at most says the setting cache.ttl. It is compressed once, after PHP.
    $config['system.core']['cache'] ??= 1;
    $config['system.core']['page_cache_maximum_age'] ??= 60;
    $config['system.core']['page_compression'] = 0;
    $config['system.core']['cron_safe_threshold'] = 0; // the admin machine runs cron
})($database_prefix);

if (!function_exists('system_stream_wrappers_alter')) {
    /** A hook of the one module that is always there, which has none of that name itself. */
    function system_stream_wrappers_alter(array &$wrappers): void
    {
        require_once '/etc/bootdev/current/etc/php/public-files.php';
        require_once '/etc/bootdev/current/etc/php/private-files.php';
        require_once '/etc/bootdev/current/app/files.php';
        $wrappers['public']['class'] = bootdev\BackdropPublicFiles::class;
        if (isset($wrappers['private'])) {
            $wrappers['private']['class'] = bootdev\BackdropPrivateFiles::class;
        }
    }
}

if (defined('MAINTENANCE_MODE') && MAINTENANCE_MODE === 'install') {
    require '/etc/bootdev/current/app/installer-folder.php';
}
