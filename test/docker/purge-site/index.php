<?php
// A site whose pages show what an editor last wrote, and which asks for a purge as an application does. (purge.test.ts)
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$shared = '/srv/files/public';
$text = @file_get_contents("$shared/text") ?: 'first';

switch (true) {
    case $path === '/edit': // /edit?text=second, or ?text=broken
        file_put_contents("$shared/text", $_GET['text']);
        header('Cache-Control: no-store');
        exit("ok\n");
    case $path === '/save': // /save?purge=/about : what a module of the application does after it has saved
        $call = curl_init(getenv('PURGE_URL'));
        curl_setopt_array($call, [
            CURLOPT_CUSTOMREQUEST => 'PURGE',
            CURLOPT_POSTFIELDS => "https://site.localhost{$_GET['purge']}\n",
            CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . file_get_contents('/run/secrets/app/purge-token')],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 10,
        ]);
        $said = curl_exec($call);
        header('Cache-Control: no-store');
        http_response_code(curl_getinfo($call, CURLINFO_RESPONSE_CODE));
        exit($said);
    case $text === 'broken':
        http_response_code(500);
        exit("broken\n");
    default: // ?ms=800 : takes so long after it has read the text
        usleep(1000 * (int) ($_GET['ms'] ?? 0));
        exit(str_pad("$text $path " . ($_COOKIE['age_ok'] ?? 'no'), 400, '.') . "\n");
}
