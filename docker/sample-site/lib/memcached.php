<?php
declare(strict_types=1);

/** @return list<array{string, int}> Host and port of each node, in the same order on all machines. */
function memcached_nodes(): array
{
    $nodes = array_filter(explode(',', setting('MEMCACHED')));
    return array_map(function (string $node): array {
        [$host, $port] = explode(':', $node) + [1 => '11211'];
        return [$host, (int) $port];
    }, array_values($nodes));
}

/** A single node, or all as one cache: every machine finds a key on the same node (consistent hashing). */
function memcached(?int $node = null): Memcached
{
    $cache = new Memcached();
    $cache->setOptions([
        Memcached::OPT_LIBKETAMA_COMPATIBLE => true,
        Memcached::OPT_BINARY_PROTOCOL => true,
        Memcached::OPT_CONNECT_TIMEOUT => 200,
        Memcached::OPT_RECV_TIMEOUT => 500_000,
        Memcached::OPT_SEND_TIMEOUT => 500_000,
    ]);
    $nodes = memcached_nodes();
    $cache->addServers($node === null ? $nodes : [$nodes[$node]]);
    return $cache;
}
