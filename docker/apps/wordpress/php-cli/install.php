<?php
// Answers the questions of WordPress' own installation page. In the folder of its wp-load.php.
$asked = require '/etc/bootdev/current/etc/php/installation.php';

// What WordPress has to say before it ends is a page: here a line.
$wp_filter['wp_die_handler'][10][] = ['accepted_args' => 1, 'function' => static fn () => static function ($message): never {
    $text = $message instanceof WP_Error ? $message->get_error_message() : (string) $message;
    fwrite(STDERR, trim(preg_replace('/\s+/', ' ', strip_tags($text))) . "\n");
    exit(1);
}];
define('WP_INSTALLING', true);
require_once is_file('wp-load.php') ? getcwd() . '/wp-load.php' : getcwd() . '/wp/wp-load.php'; // Bedrock
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

if (sanitize_user($asked->user, true) !== $asked->user) {
    wp_die("WordPress takes no user \"$asked->user\": letters, digits, space and _ . - @ may be in it.");
}
$made = wp_install(wp_slash($asked->title), $asked->user, $asked->mail, true, '', wp_slash($asked->password));
if (is_wp_error($made['user_id'])) {
    wp_die($made['user_id']);
}
// Its page tries whether addresses of words reach it, for five seconds, and takes others where the machine is busy. They do.
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%day%/%postname%/');
$wp_rewrite->flush_rules(false);
echo wp_login_url(), "\n";
