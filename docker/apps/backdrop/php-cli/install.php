<?php
// Answers the questions of Backdrop's own installer. In the folder of its index.php.
$asked = require '/etc/bootdev/current/etc/php/installation.php';
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();
define('BACKDROP_ROOT', getcwd());
define('MAINTENANCE_MODE', 'install');
require_once BACKDROP_ROOT . '/core/includes/bootstrap.inc';
backdrop_bootstrap(BACKDROP_BOOTSTRAP_CONFIGURATION); // reads the settings, from the code itself

require_once BACKDROP_ROOT . '/core/includes/install.core.inc';

// The installer wants a files/ beside the code that it can write, and nobody writes there: it works in a folder of links to the code, in which
// files/ are the shared ones.
$folder = sys_get_temp_dir() . '/backdrop-' . bin2hex(random_bytes(8));
mkdir($folder, 0700);
symlink('/srv/files/public', "$folder/files");
foreach (array_diff(scandir(BACKDROP_ROOT), ['.', '..', 'files']) as $name) {
    symlink(BACKDROP_ROOT . "/$name", "$folder/$name");
}
register_shutdown_function(static function () use ($folder): void {
    array_map(unlink(...), array_map(static fn (string $name): string => "$folder/$name", array_diff(scandir($folder), ['.', '..'])));
    rmdir($folder);
});
chdir($folder);
bootdev\install(static function () use ($asked): void {
    install_backdrop([
        'parameters' => ['profile' => 'standard', 'langcode' => 'en'],
        'forms' => [
            'install_configure_form' => [
                'site_name' => $asked->title,
                'account' => ['name' => $asked->user, 'mail' => $asked->mail, 'pass' => $asked->password],
                'update_status_module' => [], // the code comes by a release
                'clean_url' => true,
                'op' => 'Save and continue',
            ],
        ],
    ]);
    config_set('system.core', 'site_mail', $asked->mail);
});
