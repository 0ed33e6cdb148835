<?php
// The site's own wp-config.php as text for wp-cli.php: at its own path, and without the line that loads WordPress.
return (static function (): string {
    $above = dirname(ABSPATH);
    $paths = is_file("$above/wp-settings.php") ? [ABSPATH . 'wp-config.php'] : [ABSPATH . 'wp-config.php', "$above/wp-config.php"];
    $path = current(array_filter($paths, is_file(...)));
    if ($path === false) {
        return '$table_prefix = "wp_";';
    }
    $code = '';
    foreach (PhpToken::tokenize((string) file_get_contents($path)) as $token) {
        $code .= match ($token->id) {
            T_FILE => var_export($path, true),
            T_DIR => var_export(dirname($path), true),
            default => $token->text,
        };
    }
    return '?>' . preg_replace('/\brequire(?:_once)?\b[^;]*wp-settings\.php[^;]*;/', '', $code);
})();
