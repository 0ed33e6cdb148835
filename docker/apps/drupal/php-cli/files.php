<?php
// The classes of services.yml. Drupal's own autoloader finds their parents when they are asked for, so they are declared then.
spl_autoload_register(static function (string $class): void {
    if ($class === 'bootdev\\DrupalPrivateFiles') {
        require_once '/etc/bootdev/current/etc/php/private-files.php';
        require_once '/etc/bootdev/current/app/private-files.php';
    } elseif (str_starts_with($class, 'bootdev\\Drupal')) {
        require_once '/etc/bootdev/current/etc/php/public-files.php';
        require_once '/etc/bootdev/current/app/file-classes.php';
    }
});
