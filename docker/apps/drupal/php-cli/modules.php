<?php
// For `bootdev features` (etc/php/features/asks.php): the modules that are enabled, by the site's configuration; null where nobody can tell which
// of several tables is the site's.
declare(strict_types=1);

return static function (PDO $database): ?array {
    $tables = tables_with($database, 'config', 'collection', 'name', 'data');
    if (count($tables) !== 1) {
        return null;
    }
    $data = $database->query("SELECT data FROM `$tables[0]` WHERE collection = '' AND name = 'core.extension'")->fetchColumn();
    $extensions = unserialize((string) $data, ['allowed_classes' => false]);
    return is_array($extensions) ? array_keys($extensions['module'] ?? []) : null;
};
