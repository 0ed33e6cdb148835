<?php
// Says which machine answers and what it sees of the visitor; /self?url=… calls an address as PHP applications do.
header('Content-Type: application/json');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('Cache-Control: ' . ($path === '/public' ? 'public, max-age=60' : 'no-store'));
if ($path === '/self') {
    $call = curl_init($_GET['url']);
    curl_setopt_array($call, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 5]);
    exit(json_encode([
        'curl' => json_decode((string) curl_exec($call)),
        'error' => curl_error($call),
        'stream' => json_decode((string) file_get_contents($_GET['url'])),
    ]));
}
echo json_encode([
    'machine' => parse_ini_file('/etc/bootdev/machine.env')['BOOTDEV_MACHINE'],
    'from' => $_SERVER['REMOTE_ADDR'],
    'https' => $_SERVER['HTTPS'] ?? '',
    'host' => $_SERVER['HTTP_HOST'],
    'cookies' => array_keys($_COOKIE),
]);
