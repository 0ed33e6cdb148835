<?php
// A site for tests over random requests. /history/<page>: a page whose state changes by the clock, by rules that the test knows too.
// Any other address: an answer that tells all that may decide an answer.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

if (preg_match('~^/history/(\d+)$~', $path, $found)) {
    $page = (int) $found[1];
    $period = 1500 + ($page * 7919) % 4500; // milliseconds
    $version = intdiv((int) (microtime(true) * 1000) + ($page * 104729) % $period, $period);
    $kind = crc32("$page $version") % 8;
    match ($kind) {
        3 => http_response_code(403),
        4 => http_response_code(404),
        5 => header('Cache-Control: private'),
        6 => header('Cache-Control: no-store'),
        7 => header('Set-Cookie: a=1'),
        default => null,
    };
    exit("$version");
}

$cookies = array_filter($_COOKIE, fn ($name) => !str_starts_with($name, '_ga'), ARRAY_FILTER_USE_KEY);
ksort($cookies);
$language = '';
if (str_starts_with($path, '/translated/')) {
    header('Vary: Accept-Language');
    $language = $_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '';
}
$status = match (true) {
    str_starts_with($path, '/gone/') => 410,
    str_starts_with($path, '/moved/') => 302,
    str_starts_with($path, '/forbidden/') => 403,
    default => 200,
};
http_response_code($status);
if ($status === 302) {
    header("Location: /to$path");
}
match (crc32($path) % 4) {
    0 => header('Cache-Control: public, max-age=60'),
    1 => header('Cache-Control: private'),
    default => null,
};
echo json_encode([
    'method' => $_SERVER['REQUEST_METHOD'] === 'HEAD' ? 'GET' : $_SERVER['REQUEST_METHOD'],
    'address' => $_SERVER['REQUEST_URI'],
    'query' => $_SERVER['QUERY_STRING'],
    'arguments' => $_GET,
    'host' => $_SERVER['HTTP_HOST'],
    'https' => $_SERVER['HTTPS'] ?? '',
    'cookies' => $cookies,
    'credentials' => [$_SERVER['HTTP_AUTHORIZATION'] ?? '', $_SERVER['HTTP_X_API_KEY'] ?? '', $_SERVER['HTTP_X_AUTH_TOKEN'] ?? ''],
    'means' => $_SERVER['HTTP_X_HTTP_METHOD_OVERRIDE'] ?? '',
    'language' => $language,
    'body' => file_get_contents('php://input'),
], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES), str_repeat(' ', 300), "\n";
