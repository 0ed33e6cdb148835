<?php
// What Drupal 10, Drupal 7 and Backdrop have in common (docker/apps).
namespace bootdev;

function secret(string $name): string
{
    return trim((string) file_get_contents("/run/secrets/app/$name"));
}

/** This machine's database, as an entry of $databases. `$own`: what the site's own settings say of theirs. */
function connection(array $own): array
{
    return [
        'driver' => 'mysql',
        'database' => getenv('DB_NAME'),
        'username' => getenv('DB_USER'),
        'password' => secret('db-password'),
        'host' => getenv('DB_HOST'),
        'port' => getenv('DB_PORT'),
        'prefix' => $own['prefix'] ?? '',
        'pdo' => [\PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem'] + ($own['pdo'] ?? []),
    ];
}

/** A command as a visit of the front page. No SERVER_SOFTWARE: by that they know a request, and would answer it from the page cache. */
function visit_front_page(): void
{
    ['scheme' => $scheme, 'host' => $host] = $url = parse_url((string) getenv('SITE_URL'));
    $_SERVER = [
        'HTTP_HOST' => $host . (isset($url['port']) ? ":{$url['port']}" : ''),
        'HTTPS' => $scheme === 'https' ? 'on' : '',
        'REMOTE_ADDR' => '127.0.0.1',
        'REQUEST_METHOD' => 'GET',
        'REQUEST_URI' => '/',
        'SCRIPT_NAME' => '/index.php',
    ] + $_SERVER;
}

/** Ends a command of Drupal 7 or Backdrop, whose database layer is loaded, where the site has no tables yet. */
function end_unless_installed(string $table, string $title): void
{
    try {
        \Database::getConnection()->query('SELECT 1 FROM {' . $table . '}');
    } catch (\PDOException $error) {
        if ($error->getCode() !== '42S02') {
            throw $error;
        }
        exit("$title is not installed yet.\n");
    }
}

/** settings.php of each site of Drupal. It looks through several folders for one, so only the last of them has one that is not there. */
function drupal_settings_file(string $path, bool $isThere): array
{
    $ours = '/etc/bootdev/current/app/settings.php';
    return match (true) {
        !preg_match('{/sites/([^/]+)/settings\.php$}', $path, $site) => [],
        $isThere => [$path, $ours],
        default => $site[1] === 'default' ? [$ours] : [],
    };
}
