<?php
// The same steps on the site's object cache and on WordPress' own, which lives as long as this script: php object-cache.php SEED STEPS. Every
// result must be the same, also where the site's is a new request's. Prints what was asked, by kind.
require __DIR__ . '/web/wp-load.php';
require_once ABSPATH . WPINC . '/class-wp-object-cache.php';

mt_srand((int) $argv[1]);
$any = static fn (array $of) => $of[mt_rand(0, count($of) - 1)];
$model = new WP_Object_Cache();
$count = array_fill_keys(['steps', 'requests', 'hits'], 0);

function new_request(): void
{
    wp_cache_init();
    wp_cache_add_global_groups(['users']);
    wp_cache_add_non_persistent_groups(['counts']);
    $GLOBALS['model']->flush_group('counts');
    $GLOBALS['count']['requests']++;
}

function value(): mixed
{
    global $any;
    return $any([
        0, 1, 41, -3, 2.5, 0.1 + 0.2, '', '0', '7', 'word', "\0\xff binary", true, false, null, [], ['a' => [1, null]],
        (object) ['name' => mt_rand()], new ArrayObject([1, 2]), str_repeat('long ', 30_000),
    ]);
}

$groups = ['', 'default', 'posts', 'users', 'counts'];
$keys = ['a', 'b b', 1, '1', '01', 'ключ', str_repeat('k', 300), '', "\n", 3];
$methods = [
    'get' => 30, 'get_multiple' => 6, 'set' => 20, 'set_multiple' => 4, 'add' => 12, 'add_multiple' => 3, 'replace' => 8, 'delete' => 8,
    'delete_multiple' => 2, 'incr' => 8, 'decr' => 6, 'flush_group' => 1, 'flush' => 1, 'flush_runtime' => 2,
];
$deck = array_merge(...array_map(static fn ($name, $times) => array_fill(0, $times, $name), array_keys($methods), $methods));
$valid = array_values(array_filter($keys, static fn ($key) => is_int($key) || trim($key) !== ''));

wp_cache_flush();
new_request();
add_filter('doing_it_wrong_trigger_error', '__return_false'); // keys that are none are tried too
for (; $count['steps'] < (int) $argv[2]; $count['steps']++) {
    if (mt_rand(0, 9) === 0) {
        new_request();
    }
    [$method, $group, $key] = [$any($deck), $any($groups), $any($keys)];
    $some = [$any($valid), $any($valid), $any($valid)];
    $args = match ($method) {
        'get' => [$key, $group, (bool) mt_rand(0, 1)],
        'get_multiple' => [$some, $group, (bool) mt_rand(0, 1)],
        'set', 'add', 'replace' => [$key, value(), $group, mt_rand(0, 1) * 86400 * 40],
        'set_multiple', 'add_multiple' => [[$some[0] => value(), $some[1] => value()], $group],
        'delete' => [$key, $group],
        'delete_multiple' => [$some, $group],
        'incr', 'decr' => [$key, $any([1, 1, 5, 0, -2, 1000]), $group],
        'flush_group' => [$group ?: 'default'],
        'flush', 'flush_runtime' => [],
    };
    $ours = "wp_cache_$method"(...$args);
    $theirs = $method === 'flush_runtime' ? true : $model->$method(...$args);
    if ($method === 'flush_runtime') {
        $model->flush_group('counts');
    }
    // Whether something was deleted is not known of what a flush has made worthless.
    $same = str_starts_with($method, 'delete') || serialize($ours) === serialize($theirs);
    if (!$same) {
        exit("seed $argv[1], step {$count['steps']}: $method(" . substr(var_export($args, true), 0, 300) . ")\nis " . substr(var_export($ours, true), 0, 300) . "\nnot " . substr(var_export($theirs, true), 0, 300) . "\n");
    }
    $count['hits'] += (int) ($method === 'get' && $ours !== false);
    if (is_object($ours)) {
        $ours->changed = 'by who asked'; // must be his copy alone
    }
}
echo json_encode($count + ['external' => wp_using_ext_object_cache(), 'class' => get_class($wp_object_cache)]), "\n";
