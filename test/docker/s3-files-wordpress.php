<?php
// For s3-files.test.ts, as the site: activates the plugin, and says what it heard.
require 'web/wp-load.php';
require ABSPATH . 'wp-admin/includes/plugin.php';

$said = activate_plugin('amazon-s3-and-cloudfront/wordpress-s3.php');
echo is_wp_error($said) ? $said->get_error_message() : 'active';
