<?php
// WordPress on bootdev's machines: the release's wp-config.php requires it first (docker/apps/wordpress/README.md). The first definition
// of a constant wins, so these apply.

$bootdev_secret = static fn (string $name): string => trim((string) file_get_contents("/run/secrets/app/$name"));

define('DB_NAME', getenv('DB_NAME'));
define('DB_USER', getenv('DB_USER'));
define('DB_PASSWORD', $bootdev_secret('db-password'));
define('DB_HOST', getenv('DB_HOST') . ':' . getenv('DB_PORT'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL);

// From one secret a key for each purpose: the same on all web machines, or a login would be valid on only one of them.
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $bootdev_key) {
    define($bootdev_key, hash_hmac('sha256', $bootdev_key, $bootdev_secret('hash-salt')));
}
unset($bootdev_key, $bootdev_secret);

// The command line has no request that shows the scheme; but addresses in cron's mails need it too.
if (PHP_SAPI === 'cli' && str_starts_with(getenv('SITE_URL'), 'https:')) {
    $_SERVER['HTTPS'] = 'on';
}
// A visitor who came by http (balancer.https: both) stays there: the public address would be a redirect to another port. The load
// balancer lets the site's own names in only.
define('WP_HOME', PHP_SAPI !== 'cli' && ($_SERVER['HTTPS'] ?? '') !== 'on' && isset($_SERVER['HTTP_HOST'])
    ? "http://{$_SERVER['HTTP_HOST']}"
    : getenv('SITE_URL'));
define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true); // the admin machine runs it
// Code comes by a release and is the same on all web machines: WordPress must not change it on one of them.
define('DISALLOW_FILE_MODS', true);
define('AUTOMATIC_UPDATER_DISABLED', true);

// Uploads are in the shared files; nginx serves them at their usual address. WordPress takes over filters that were set before it was
// loaded (WP_Hook::build_preinitialized_hooks).
$GLOBALS['wp_filter']['pre_option_upload_path'][10][] = ['accepted_args' => 0, 'function' => static fn (): string => '/srv/files/public/uploads'];
$GLOBALS['wp_filter']['pre_option_upload_url_path'][10][] = ['accepted_args' => 0, 'function' => static fn (): string => WP_HOME . '/wp-content/uploads'];
