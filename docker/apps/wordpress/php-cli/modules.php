<?php
// For `bootdev features` (etc/php/features/asks.php): the plugins that are active, by their folders; null where nobody can tell which of several
// tables is the site's. Of a network: those of the whole network and of its first site.
declare(strict_types=1);

return static function (PDO $database): ?array {
    $options = array_values(preg_grep('/_\d+_options$/', tables_with($database, 'options', 'option_name', 'option_value'), PREG_GREP_INVERT));
    if (count($options) !== 1) {
        return null;
    }
    $listed = static function (string $query) use ($database): array {
        $plugins = unserialize((string) $database->query($query)->fetchColumn(), ['allowed_classes' => false]);
        return is_array($plugins) ? $plugins : [];
    };
    $active = $listed("SELECT option_value FROM `$options[0]` WHERE option_name = 'active_plugins'");
    $network = substr($options[0], 0, -strlen('options')) . 'sitemeta';
    if (in_array($network, tables_with($database, 'sitemeta', 'meta_key', 'meta_value'), true)) {
        array_push($active, ...array_keys($listed("SELECT meta_value FROM `$network` WHERE meta_key = 'active_sitewide_plugins'")));
    }
    return array_values(array_unique(array_map(static fn (string $plugin): string => dirname($plugin), $active)));
};
