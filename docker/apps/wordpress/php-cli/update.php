<?php
// What /wp-admin/upgrade.php does, without a visitor. In a network each site has tables of its own.
define('WP_INSTALLING', true); // plugins are not loaded: they may not know the old tables
require getcwd() . '/wp-load.php';
if (!is_blog_installed()) {
    exit("0\n");
}
global $wp_db_version;
$sites = is_multisite() ? get_sites(['fields' => 'ids', 'number' => 0]) : [get_current_blog_id()];
$old = [];
foreach ($sites as $site) {
    $version = is_multisite() ? get_blog_option($site, 'db_version') : get_option('db_version');
    if ((int) $version < (int) $wp_db_version) {
        $old[] = $site;
    }
}
if ($argv[1] === 'run') {
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    foreach ($old as $site) {
        is_multisite() && switch_to_blog($site);
        wp_upgrade();
        is_multisite() && restore_current_blog();
    }
}
echo count($old), "\n";
