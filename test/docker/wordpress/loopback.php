<?php
// WordPress calls itself: what its Site Health tries (for cron and the editor), and a request that verifies the certificate.
require __DIR__ . '/web/wp-load.php';
require ABSPATH . 'wp-admin/includes/admin.php';
require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php';

$loopback = WP_Site_Health::get_instance()->can_perform_loopback();
$verified = wp_remote_get(home_url('/'), ['sslverify' => true]);
echo json_encode([
    'loopback' => $loopback->status === 'good' ? 'good' : $loopback->message,
    'verified' => is_wp_error($verified) ? $verified->get_error_message() : wp_remote_retrieve_response_code($verified),
]);
