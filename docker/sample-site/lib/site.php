<?php
// For every page: names of this machine, escaping, the frame.
declare(strict_types=1);

const SHARED = '/srv/files';

/** NAME=value lines of the machine, written by its `machine` tool. */
function machine(string $name): string
{
    static $values = null;
    $values ??= parse_ini_file('/etc/bootdev/machine.env', false, INI_SCANNER_RAW) ?: [];
    return $values[$name] ?? '';
}

/** An address or name from the environment. An empty one is a space there, since php-fpm does not accept empty values. */
function setting(string $name): string
{
    return trim((string) getenv($name));
}

/** Secrets are files, never in the environment. */
function secret(string $name): string
{
    return trim((string) file_get_contents("/run/secrets/app/$name"));
}

function h(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE);
}

/** A form of another site must not post here in a visitor's name; there is no session for a token. */
function from_this_site(): bool
{
    $origin = $_SERVER['HTTP_ORIGIN'] ?? '';
    return $origin !== '' && preg_replace('#^https?://#', '', $origin) === $_SERVER['HTTP_HOST'];
}

/** After a POST: to an address that no cached page has. */
function redirect(string $path): never
{
    header("Location: $path", true, 303);
    exit;
}

/** @return string A table of label → value. */
function table(array $rows): string
{
    $html = '';
    foreach ($rows as $label => $value) {
        $html .= '<tr><th scope="row">' . h((string) $label) . '</th><td>' . h((string) $value) . '</td></tr>';
    }
    return "<table>$html</table>";
}

function page(string $title, string $body): void
{
    $links = '';
    $menu = ['/' => 'Home', '/database' => 'Database', '/cache' => 'Cache', '/files' => 'Files', '/mail' => 'Mail', '/s3' => 'S3', ...(setting('SOLR_URL') === '' ? [] : ['/search' => 'Search']), '/machine' => 'Machine', '/status' => 'Status'];
    $here = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    foreach ($menu as $path => $name) {
        $links .= "<a href=\"$path\"" . ($path === $here ? ' aria-current="page"' : '') . ">$name</a>";
    }
    $style = '/site.css?v=' . substr(md5_file(__DIR__ . '/../site.css'), 0, 8); // browsers keep it for a month
    $built = h(machine('BOOTDEV_MACHINE')) . ' at ' . gmdate('H:i:s') . ' UTC';
    $digest = h(substr(machine('BOOTDEV_DIGEST'), 0, 8));
    $title = h($title);
    header('Content-Security-Policy: default-src \'self\'; img-src \'self\' data:; frame-ancestors \'self\'');
    echo <<<HTML
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>$title · bootdev</title>
        <link rel="stylesheet" href="$style">
        <link rel="icon" href="data:,">
        <a class="skip" href="#content">To the content</a>
        <header><strong>bootdev</strong><nav aria-label="Pages">$links</nav></header>
        <main id="content"><h1>$title</h1>
        $body
        </main>
        <footer>Built by <b>$built</b> · bundle <code>$digest</code></footer>
        </html>

        HTML;
}
