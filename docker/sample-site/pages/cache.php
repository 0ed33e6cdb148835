<?php
require __DIR__ . '/../lib/memcached.php';

header('Cache-Control: no-store');
$rows = [];
foreach (memcached_nodes() as $index => [$host, $port]) {
    $node = memcached($index);
    $count = $node->increment('visits', 1, 1, 0);
    $rows['memcached-' . $index + 1 . " ($host)"] = $count === false ? $node->getResultMessage() : "visit number $count";
}
$shared = memcached();
$rows['all as one'] = ($number = $shared->increment('shared-visits', 1, 1, 0)) === false ? $shared->getResultMessage() : "visit number $number, counted by all web machines";
page('Cache', '<p>Each node counts by itself; together they are one cache, the same for every web machine.</p>' . table($rows)
    . '<p>In front of PHP nginx keeps anonymous pages for a few seconds. This page asks not to be stored (<code>Cache-Control: no-store</code>); the header <code>X-Cache</code> of each answer shows what happened.</p>');
