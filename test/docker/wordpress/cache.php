<?php
// One visitor's look at the object cache: ?set=VALUE changes twenty keys, without it they are read.
$begun = hrtime(true);
define('SHORTINIT', true);
require __DIR__ . '/wp-load.php';
nocache_headers();
$keys = array_map(static fn ($n) => "key$n", range(1, 20));
isset($_GET['set']) && wp_cache_set_multiple(array_fill_keys($keys, $_GET['set']), 'test');
isset($_GET['delete']) && wp_cache_delete_multiple($keys, 'test');
$values = array_count_values(array_map(static fn ($value) => $value === false ? 'none' : $value, wp_cache_get_multiple($keys, 'test', true)));
ksort($values);
echo json_encode(['values' => $values, 'ms' => (hrtime(true) - $begun) / 1e6]);
