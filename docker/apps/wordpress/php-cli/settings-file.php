<?php
// wp-config.php: ours before it, since the first definition of a constant wins, and since the user's own goes on to WordPress itself.
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
