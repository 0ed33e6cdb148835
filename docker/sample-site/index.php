<?php
// The sample site: a page for each part of the architecture, and /status.json, which tests each part.
declare(strict_types=1);

require __DIR__ . '/lib/site.php';

$pages = [
    '/' => 'home',
    '/database' => 'database',
    '/cache' => 'cache',
    '/files' => 'files',
    '/mail' => 'mail',
    '/s3' => 's3',
    '/machine' => 'machine',
    '/status' => 'status',
    '/status.json' => 'status-json',
] + (setting('SOLR_URL') === '' ? [] : ['/search' => 'search']);
$page = $pages[parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)] ?? 'not-found';

if ($_SERVER['REQUEST_METHOD'] === 'POST' && !from_this_site()) {
    http_response_code(403);
    exit("This form belongs to another site.\n");
}
try {
    require __DIR__ . "/pages/$page.php";
} catch (Throwable $problem) {
    // Errors are shown, not hidden: that is what this site is for.
    error_log((string) $problem);
    http_response_code(503);
    header('Cache-Control: no-store');
    page('Not available now', '<p class="bad">' . h($problem->getMessage()) . '</p><p>See <a href="/status">status</a>.</p>');
}
