<?php
// The asks of ask.php. Each says what it saw, or throws why it saw nothing: `works` only where the feature itself was seen at work.
declare(strict_types=1);

require __DIR__ . '/parts.php';

/** @return array<string, callable(array): array{state: string, text: string}> by the feature's name */
function asks(): array
{
    return [
        'object-cache' => ask_object_cache(...),
        'shared-files' => ask_shared_files(...),
        'private-files' => ask_private_files(...),
        's3' => ask_s3(...),
        'database-tls' => ask_database(...),
        'search' => ask_search(...),
        'mail' => ask_mail(...),
        'cron' => ask_cron(...),
        'modules' => ask_modules(...),
        'secrets' => ask_secrets(...),
    ];
}

function works(string $text): array
{
    return ['state' => 'works', 'text' => $text];
}

/** Nothing is wrong, but this does not show that the site uses it. */
function set_up(string $text): array
{
    return ['state' => 'set-up', 'text' => $text];
}

function ensure(bool $holds, string $otherwise): void
{
    if (!$holds) {
        throw new RuntimeException($otherwise);
    }
}

/** A page that PHP builds (a visitor with a cookie of a session) reads from the nodes, by their own counters. */
function ask_object_cache(array $asked): array
{
    $nodes = memcached_nodes();
    $count = count($nodes);
    $path = $asked['page'];
    for ($try = 0; $try < 2; $try++) {
        $before = reads($nodes);
        $mark = (str_contains($path, '?') ? '&' : '?') . 'bootdev-features=' . token(); // a page that no cache has
        [$status] = visit(setting('SITE_URL') . $path . $mark, ['cookie: NO_CACHE=1']);
        ensure($status > 0 && $status < 500, "$path answered " . ($status ?: 'nothing'));
        $read = reads($nodes) - $before;
        if ($read > $count) { // each node reads once for its own health check, now and then
            return works("building $path read $read times from $count memcached nodes");
        }
    }
    return set_up("$count of $count nodes answer; building $path read nothing from them");
}

/** Written here, read by a visitor's request on each other web machine. */
function ask_shared_files(array $asked): array
{
    ['folder' => $folder, 'url' => $url] = $asked['files'];
    $others = $asked['others'];
    if ($others === []) {
        return set_up('there is no second web machine to read what one writes');
    }
    $name = 'bootdev-features-' . token() . '.txt';
    $text = token();
    ensure(is_dir($folder) || @mkdir($folder, 0775, true), "$folder cannot be made");
    try {
        ensure(@file_put_contents("$folder/$name", $text) === strlen($text), "$folder cannot be written");
        foreach ($others as $machine => $address) {
            [$status, $body] = visit("http://$address$url/$name", ['host: ' . parse_url(setting('SITE_URL'), PHP_URL_HOST), 'x-forwarded-proto: https']);
            ensure($status === 200 && $body === $text, "written on {$asked['here']}, but $machine answered " . ($status ?: 'nothing') . " to $url/$name");
        }
    } finally {
        @unlink("$folder/$name");
    }
    return works("a file written on {$asked['here']} was read on " . implode(' and ', array_keys($others)) . " through $url/");
}

/** Who gets one decides the application: that is seen by nobody who has no account. */
function ask_private_files(array $asked): array
{
    $name = 'bootdev-features-' . token() . '.txt';
    $text = token();
    $path = "/srv/files/private/$name";
    try {
        ensure(@file_put_contents($path, $text) === strlen($text), '/srv/files/private cannot be written');
        [$status, $body] = visit(setting('SITE_URL') . "/-/private/$name");
    } finally {
        @unlink($path);
    }
    ensure(!str_contains($body, $text), 'a visitor got a private file at its inner address');
    ensure($status === 404, "a private file at its inner address was answered $status, not 404");
    return set_up('refused to a visitor just now (404); who gets one says the site, to its members');
}

function ask_s3(): array
{
    $object = 'features/' . token();
    $text = token();
    s3('PUT', $object, $text);
    try {
        ensure(s3('GET', $object) === $text, 'what was written was not read back');
    } finally {
        s3('DELETE', $object);
    }
    return works('written, read and deleted in ' . setting('S3_BUCKET') . " with the site's own keys");
}

function ask_database(): array
{
    $cipher = database()->query("SHOW STATUS LIKE 'Ssl_cipher'")->fetchColumn(1);
    ensure((bool) $cipher, 'the connection is not encrypted');
    return works("connected with $cipher, verified by the database's own authority");
}

function ask_search(array $asked): array
{
    [$status, $body] = visit(setting('SOLR_URL') . '/select?q=*:*&rows=0');
    $found = json_decode($body, true)['response']['numFound'] ?? null;
    ensure($status === 200 && is_int($found), 'Solr answered ' . ($status ?: 'nothing'));
    if ($found === 0 && $asked['needsDocuments']) {
        return set_up('Solr answers; the site has put no document into it yet');
    }
    return works("Solr answers, with $found documents");
}

/** Sent as the site sends it. In the replica it must arrive, and is deleted again; SES's mailboxes nobody can look into. */
function ask_mail(): array
{
    $subject = 'bootdev features ' . token();
    ensure(mail('features@example.test', $subject, "Sent by bootdev features, to see whether mail arrives.\n"), 'the mail server did not accept a mail');
    if (setting('MAIL_API') === '') {
        return set_up('accepted by ' . setting('MAIL_HOST'));
    }
    $messages = rtrim(setting('MAIL_API'), '/') . '/api/v1/';
    for ($try = 0; $try < 20; $try++) {
        [, $body] = visit("{$messages}search?query=" . rawurlencode("subject:\"$subject\""));
        $found = array_column(json_decode($body, true)['messages'] ?? [], 'ID');
        if ($found) {
            visit("{$messages}messages", ['content-type: application/json'], 'DELETE', json_encode(['IDs' => $found]));
            return works('a mail sent as the site arrived in Mailpit, and was deleted again');
        }
        usleep(100_000);
    }
    throw new RuntimeException('a mail was accepted, but did not arrive');
}

function ask_cron(array $asked): array
{
    $last = json_decode((string) @file_get_contents('/srv/files/private/.cron-last'), true);
    if (!is_array($last)) {
        return set_up('has not run yet');
    }
    $ago = time() - $last['at'];
    ensure($last['exit'] === 0, "its last run, $ago s ago, ended with exit code {$last['exit']}");
    ensure($ago <= 2 * $last['interval'] + 60, "its last run was $ago s ago, and it is due every {$last['interval']} s");
    return works("ran $ago s ago on {$last['machine']}, every {$last['interval']} s");
}

/** What the site has enabled, where the application's folder can tell (docker/apps/…/php-cli/modules.php). */
function ask_modules(): array
{
    $file = '/etc/bootdev/current/app/modules.php';
    $names = is_file($file) ? (require $file)(database()) : null;
    return set_up('') + ['names' => $names];
}

/** Which secrets the site can read; no value. */
function ask_secrets(): array
{
    return set_up('') + ['names' => array_map(basename(...), array_filter(glob('/run/secrets/app/*'), is_readable(...)))];
}
