<?php
// Answers the questions of Drupal's own installer. In the folder of its index.php.
$asked = require '/etc/bootdev/current/etc/php/installation.php';
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

bootdev\visit_front_page();
define('DRUPAL_ROOT', getcwd());
define('MAINTENANCE_MODE', 'install');
require_once DRUPAL_ROOT . '/includes/bootstrap.inc';
drupal_bootstrap(DRUPAL_BOOTSTRAP_CONFIGURATION); // with the settings PHP 8.4 is quiet
require_once DRUPAL_ROOT . '/includes/install.core.inc';
bootdev\install(static fn () => install_drupal([
    'parameters' => ['profile' => 'standard', 'locale' => 'en'],
    'forms' => [
        'install_configure_form' => [
            'site_name' => $asked->title,
            'site_mail' => $asked->mail,
            'account' => ['name' => $asked->user, 'mail' => $asked->mail, 'pass' => ['pass1' => $asked->password, 'pass2' => $asked->password]],
            'update_status_module' => [], // the code comes by a release
            'clean_url' => true,
        ],
    ],
]));
