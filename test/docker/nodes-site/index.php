<?php
// The memcached nodes that Drupal's settings give to its caches; with `set` and `get` a value on the second of all.
require '/etc/bootdev/current/etc/php/drupal-family.php';
[, $second] = explode(',', getenv('MEMCACHED'));
$node = new Memcached();
$node->setOption(Memcached::OPT_CONNECT_TIMEOUT, 200);
$node->addServer(explode(':', $second)[0], 11211);
if (isset($_GET['set'])) {
    $node->set('a', $_GET['set']);
}
$started = microtime(true);
$nodes = bootdev\memcached_nodes();
header('Cache-Control: no-store');
header('Content-Type: application/json');
echo json_encode(['nodes' => $nodes, 'seconds' => microtime(true) - $started, 'value' => in_array($second, $nodes, true) ? $node->get('a') : null]);
