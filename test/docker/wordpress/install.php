<?php
// Answers the questions of WordPress's installation page: php install.php USER PASSWORD
[, $user, $password] = $argv;

define('WP_INSTALLING', true);
require __DIR__ . '/web/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('Debian on bootdev', $user, "$user@example.org", true, '', $password);
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules(false); // nginx sends every address to index.php: there is no .htaccess to write
