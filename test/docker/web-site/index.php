<?php
// A site that does what its address says, for tests of the web tier. Each answer differs from all others: a repeated one
// came from the cache.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
parse_str($_SERVER['QUERY_STRING'], $args);
foreach ((array) ($args['header'] ?? []) as $header) {
    header($header);
}
if (isset($args['status'])) {
    http_response_code((int) $args['status']);
}
if (isset($args['sleep'])) {
    usleep((int) $args['sleep'] * 1000);
}
$body = json_encode([
    'id' => bin2hex(random_bytes(8)),
    'path' => $path,
    'method' => $_SERVER['REQUEST_METHOD'],
    'https' => $_SERVER['HTTPS'] ?? '',
    'host' => $_SERVER['HTTP_HOST'],
    'from' => $_SERVER['REMOTE_ADDR'],
    'accepts' => $_SERVER['HTTP_ACCEPT_ENCODING'] ?? '',
    'forwardedHost' => $_SERVER['HTTP_X_FORWARDED_HOST'] ?? '',
    'pathInfo' => $_SERVER['PATH_INFO'] ?? '',
    'self' => $_SERVER['PHP_SELF'],
    'script' => $_SERVER['SCRIPT_FILENAME'],
    'assets' => is_file(__DIR__ . '/version.php') ? require __DIR__ . '/version.php' : '', // styles and scripts of this version
    'padding' => str_repeat(bin2hex(random_bytes(512)), (int) ($args['kilobytes'] ?? 0)),
]) . "\n";
header('Content-Type: application/json');
if (isset($args['compress']) && str_contains($_SERVER['HTTP_ACCEPT_ENCODING'] ?? '', 'gzip')) {
    header('Content-Encoding: gzip');
    $body = gzencode($body);
}
echo $body;
