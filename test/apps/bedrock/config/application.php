<?php
// As Bedrock makes its settings: of the environment, then of .env, with a DSN before all others.
require dirname(__DIR__) . '/vendor/roots/wp-config/Config.php';

foreach (parse_ini_file(dirname(__DIR__) . '/.env') as $name => $value) {
    getenv($name, true) === false && putenv("$name=$value");
}
foreach (['WP_HOME', 'WP_SITEURL', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'AUTH_KEY', 'DISABLE_WP_CRON'] as $name) {
    Config::define($name, getenv($name, true));
}
if (getenv('DATABASE_URL')) {
    Config::define('DB_NAME', substr(parse_url(getenv('DATABASE_URL'), PHP_URL_PATH), 1));
}
if (getenv('DB_SSL')) {
    Config::define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL);
}
Config::define('DISALLOW_FILE_MODS', false); // its development environment
Config::define('CONFIG_IN', Config::class . ' of ' . getenv('DB_HOST', true));
$table_prefix = getenv('DB_PREFIX') ?: 'wp_';
Config::apply();
