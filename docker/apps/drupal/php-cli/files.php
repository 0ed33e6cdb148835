<?php
// The classes of services.yml and settings.php. Drupal's own autoloader finds their parents when they are asked for, so they are declared then.
spl_autoload_register(static function (string $class): void {
    if ($class === 'bootdev\\DrupalPrivateFiles') {
        require_once '/etc/bootdev/current/etc/php/private-files.php';
        require_once '/etc/bootdev/current/app/private-files.php';
    } elseif ($class === 'bootdev\\S3FilesServices') {
        require_once '/etc/bootdev/current/app/s3-files.php';
    } elseif (str_starts_with($class, 'bootdev\\DrupalS3')) {
        require_once '/etc/bootdev/current/app/s3-file-classes.php';
    } elseif (str_starts_with($class, 'bootdev\\Drupal')) {
        require_once '/etc/bootdev/current/etc/php/public-files.php';
        require_once '/etc/bootdev/current/app/file-classes.php';
    }
});
