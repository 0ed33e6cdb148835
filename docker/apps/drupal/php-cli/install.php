<?php
// Answers the questions of Drupal's own installer. In the folder of its index.php.
$asked = require '/etc/bootdev/current/etc/php/installation.php';
require_once '/etc/bootdev/current/etc/php/drupal-family.php';

set_error_handler(static fn (): bool => true, E_DEPRECATED); // what PHP 8.4 says of Drupal 10
bootdev\visit_front_page();
$autoloader = require 'autoload.php';
require_once 'core/includes/install.core.inc';
// A profile that is a distribution is taken by the installer itself.
$distributions = preg_grep('/^distribution:/m', array_map(file_get_contents(...), glob('profiles/{*,*/*}/*.info.yml', GLOB_BRACE)));
bootdev\install(static fn () => install_drupal($autoloader, [
    'interactive' => false,
    'site_path' => 'sites/default',
    'parameters' => ['langcode' => 'en'] + ($distributions ? [] : ['profile' => 'standard']),
    'forms' => [
        'install_configure_form' => [
            'site_name' => $asked->title,
            'site_mail' => $asked->mail,
            'account' => ['name' => $asked->user, 'mail' => $asked->mail, 'pass' => ['pass1' => $asked->password, 'pass2' => $asked->password]],
            'enable_update_status_module' => null, // the code comes by a release
            'enable_update_status_emails' => null,
        ],
    ],
]));
