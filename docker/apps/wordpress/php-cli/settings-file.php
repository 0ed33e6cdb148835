<?php
// wp-config.php: ours before it, since the first definition of a constant wins, and since the user's own goes on to WordPress itself.
if (PHP_SAPI === 'cli' && getenv('WP_CONFIG_PATH') === false) {
    putenv('WP_CONFIG_PATH=/etc/bootdev/current/app/wp-cli.php'); // wp-cli would read the site's own as text, without ours
}
return static function (string $path, bool $isThere): array {
    if (basename($path) !== 'wp-config.php') {
        return [];
    }
    $ours = '/etc/bootdev/current/app/settings.php';
    if ($isThere) {
        return [$ours, $path];
    }
    // Where there is none, WordPress looks into the folder above, unless that is another WordPress.
    $above = dirname($path, 2);
    $isAbove = is_file("$above/wp-config.php") && !is_file("$above/wp-settings.php");
    return !$isAbove && is_file(dirname($path) . '/wp-settings.php') ? [$ours, '/etc/bootdev/current/app/wp-config.php'] : [];
};
