<?php
// A site with a sitemap, good or hostile, that counts how often PHP built a page, and when. (warm.test.ts)
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$own = 'https://site.localhost:8443';
$shared = '/srv/files/public';
$mode = @file_get_contents("$shared/mode") ?: 'good';

/** @param iterable<string> $addresses */
function sitemap(iterable $addresses, string $kind = 'urlset', string $head = ''): never
{
    header('Content-Type: application/xml');
    echo '<?xml version="1.0" encoding="UTF-8"?>', "$head\n<$kind xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    $each = $kind === 'urlset' ? 'url' : 'sitemap';
    foreach ($addresses as $address) {
        echo "<$each><loc>", $address[0] === '&' ? $address : htmlspecialchars($address), "</loc></$each>\n";
    }
    exit("</$kind>\n");
}

switch (true) {
    case $path === '/robots.txt':
        header('Content-Type: text/plain');
        $sitemap = ['good' => '/sitemap-index.xml', 'links' => '', 'bomb' => '/bomb.xml', 'endless' => '/endless/1.xml', 'unpacks' => '/big.xml.gz', 'elsewhere' => '/elsewhere.xml', 'huge' => '/huge.xml'][$mode] ?? '/sitemap-index.xml';
        exit("User-agent: *\nDisallow: /private/\n" . ($sitemap ? "Sitemap: $own$sitemap\n" : ''));
    case $path === '/sitemap-index.xml':
        sitemap(["$own/sitemap-1.xml", "$own/sitemap-2.xml.gz", 'https://elsewhere.example/sitemap.xml'], 'sitemapindex');
    case $path === '/sitemap-1.xml':
        sitemap(array_map(fn (int $n): string => "$own/page/$n?a=1&b=2", range(1, 249)));
    case $path === '/sitemap-2.xml.gz':
        ob_start(fn (string $text): string => gzencode($text));
        sitemap(array_map(fn (int $n): string => "https://site.localhost/page/$n", range(250, 499)));
    case $path === '/bomb.xml':
        $entities = implode('', array_map(fn (int $n): string => "<!ENTITY e$n \"" . str_repeat('&e' . ($n - 1) . ';', 10) . '">', range(1, 9)));
        sitemap(['&e9;', "$own/page/1"], 'urlset', "<!DOCTYPE urlset [<!ENTITY e0 \"ha\">$entities<!ENTITY file SYSTEM \"file:///etc/passwd\">]>");
    case str_starts_with($path, '/endless/'):
        sitemap(array_map(fn (): string => "$own/endless/" . bin2hex(random_bytes(8)) . '.xml', range(1, 10)), 'sitemapindex');
    case $path === '/big.xml.gz': // 300 MB in 300 kB
        $deflate = deflate_init(ZLIB_ENCODING_GZIP);
        header('Content-Type: application/gzip');
        echo deflate_add($deflate, '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>' . "$own/page/1</loc></url>");
        for ($n = 0; $n < 300; $n++) {
            echo deflate_add($deflate, str_repeat(' ', 1 << 20));
        }
        exit(deflate_add($deflate, '</urlset>', ZLIB_FINISH));
    case $path === '/huge.xml':
        sitemap((function () use ($own) {
            for ($n = 0; $n < 60; $n++) {
                yield "$own/page/" . ($n % 5) . '?' . str_repeat('x', 1 << 20); // too long for an address
            }
        })());
    case $path === '/elsewhere.xml':
        sitemap(['https://elsewhere.example/a', 'http://169.254.169.254/latest/', 'https://site.localhost@elsewhere.example/', 'https://site.localhost.elsewhere.example/', 'file:///etc/passwd', "$own/redirect", "$own/page/1"]);
    case $path === '/redirect':
        header('Cache-Control: max-age=60');
        header('Location: http://evil:8080/', true, 302);
        exit;
    case $path === '/counted':
        header('Cache-Control: no-store');
        header('Content-Type: application/json');
        exit(json_encode(array_map(fn (string $line): array => explode(' ', $line), @file("$shared/log", FILE_IGNORE_NEW_LINES) ?: [])));
}
file_put_contents("$shared/log", sprintf("%.3f %s\n", microtime(true), $_SERVER['REQUEST_URI']), FILE_APPEND | LOCK_EX);
if ($mode === 'broken' && $path !== '/') {
    http_response_code(500);
    exit("broken\n");
}
if ($mode === 'slower') { // the longer it runs the slower it is
    usleep(min(3_000_000, 60_000 * count(file("$shared/log"))));
}
if ($path === '/never') {
    header('Cache-Control: no-store');
}
header('Content-Type: text/html');
$links = $path === '/' ? '<a href="/one">1</a> <a href="two/">2</a> <a href="/private/x">p</a> <a href="https://elsewhere.example/">e</a> <a href="/three?page=2">3</a> <a href="mailto:a@b.c">m</a>' : "<a href='deep'>d</a>";
exit("<html><body>$path $links " . str_repeat('.', 500) . "</body></html>\n");
