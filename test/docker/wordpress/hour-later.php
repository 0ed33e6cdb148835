<?php
// Lets the hour pass for which a post was scheduled: php hour-later.php POST
require __DIR__ . '/web/wp-load.php';

$post = (int) $argv[1];
$now = ['post_date' => current_time('mysql'), 'post_date_gmt' => current_time('mysql', true)];
$wpdb->update($wpdb->posts, $now, ['ID' => $post]);
clean_post_cache($post);
wp_clear_scheduled_hook('publish_future_post', [$post]);
wp_schedule_single_event(time(), 'publish_future_post', [$post]);
