<?php
// WordPress' own cron, in the folder of its wp-cron.php: of the main site, and of each site of a network that has something due. Each in a process
// of its own, since each has plugins of its own. Arguments: host and path of such a site.
$_SERVER['REQUEST_URI'] = $argv[2] ?? '/';
if ($argc > 1) {
    $_SERVER['HTTP_HOST'] = $argv[1];
}

// wp-cron.php ends the process wherever it is done.
register_shutdown_function(static function () use ($argc): void {
    if ($argc > 1 || !function_exists('is_multisite') || !is_multisite()) {
        return;
    }
    foreach (get_sites(['number' => 0, 'site__not_in' => [get_current_blog_id()], 'archived' => 0, 'spam' => 0, 'deleted' => 0]) as $site) {
        switch_to_blog((int) $site->blog_id);
        $isDue = wp_get_ready_cron_jobs() !== [];
        restore_current_blog();
        if ($isDue) {
            passthru(implode(' ', array_map(escapeshellarg(...), [PHP_BINARY, __FILE__, $site->domain, $site->path])));
        }
    }
});
require getcwd() . '/wp-cron.php';
