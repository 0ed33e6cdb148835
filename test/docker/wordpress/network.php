<?php
// A network of sites with names of their own. `make`: its tables, of a site that is none yet. `two`: its second site. `due`: on each a
// post that is due. `look`: what became of these.
require __DIR__ . '/web/wp-load.php';
$each = static function (Closure $do): array {
    $said = [];
    foreach ([1, 2] as $id) {
        switch_to_blog($id);
        $said[home_url()] = $do();
        restore_current_blog();
    }
    return $said;
};
if ($argv[1] === 'make') {
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    foreach ($wpdb->tables('ms_global') as $table => $name) {
        $wpdb->$table = $name;
    }
    install_network();
    $_SERVER['REMOTE_ADDR'] = '127.0.0.1';
    $made = populate_network(1, $_SERVER['HTTP_HOST'], get_user_by('login', 'editor')->user_email, 'Network', '/', true);
    // It has tried whether any name leads here, which no name of a test does.
    exit($made === true || $made->get_error_code() === 'no_wildcard_dns' ? 0 : 1);
}
if ($argv[1] === 'two') {
    $two = wpmu_create_blog("two.{$_SERVER['HTTP_HOST']}", '/', 'Two', 1);
    exit(is_int($two) ? 0 : 1);
}
if ($argv[1] === 'due') {
    echo json_encode($each(static function () use ($wpdb): int {
        $post = wp_insert_post(['post_title' => 'Due', 'post_status' => 'publish']);
        $wpdb->update($wpdb->posts, ['post_status' => 'future'], ['ID' => $post]);
        clean_post_cache($post);
        wp_schedule_single_event(time() - 5, 'publish_future_post', [$post]);
        return $post;
    }), JSON_UNESCAPED_SLASHES);
}
if ($argv[1] === 'look') {
    echo json_encode($each(static fn (): string => get_posts(['title' => 'Due', 'post_status' => 'any'])[0]->post_status), JSON_UNESCAPED_SLASHES);
}
