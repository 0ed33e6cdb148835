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
