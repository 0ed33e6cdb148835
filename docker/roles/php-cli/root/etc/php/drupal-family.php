<?php
// What Drupal 10, Drupal 7 and Backdrop have in common (docker/apps).
namespace bootdev;

function secret(string $name): string
{
    return trim((string) file_get_contents("/run/secrets/app/$name"));
}

/** A key of a service elsewhere; '': nobody has given one (`bootdev secret`), so the site's own counts. */
function key_of_user(string $name): string
{
    return is_readable("/run/secrets/app/$name") ? secret($name) : '';
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

/**
 * The memcached nodes that are there: each is asked before a request counts on it (0.2 ms), since the extension waits for a frozen one at every key. One
 * that does not answer is left out by all processes of this machine; each ten seconds one of them tries it again. With ketama the keys of the
 * others stay where they are.
 *
 * @return list<string> host:port
 */
function memcached_nodes(): array
{
    $nodes = explode(',', (string) getenv('MEMCACHED'));
    $there = apcu_enabled() ? array_values(array_filter($nodes, is_there(...))) : $nodes;
    return $there ?: $nodes;
}

function is_there(string $node): bool
{
    $away = "bootdev-memcached-$node-away";
    $wasAway = apcu_exists($away);
    if ($wasAway && !apcu_add("$away-tried", 1, 10)) {
        return false;
    }
    // What it missed while it was away it must not serve: it comes back empty. Logins are in the database.
    $isThere = answers($node, $wasAway ? 'flush_all' : 'version');
    if (!$isThere) {
        apcu_store($away, 1);
        apcu_store("$away-tried", 1, 10);
    } elseif ($wasAway) {
        apcu_delete($away);
    }
    return $isThere;
}

/** A frozen one takes connections too, so it is asked something. */
function answers(string $node, string $command): bool
{
    [$host, $port] = explode(':', $node);
    $connection = @fsockopen($host, (int) $port, $code, $text, 0.2);
    if (!$connection) {
        return false;
    }
    stream_set_timeout($connection, 0, 200_000);
    $answer = fwrite($connection, "$command\r\n") ? fgets($connection) : false;
    fclose($connection);
    return (bool) $answer;
}

/** For Memcached::setOption. A node that fails within a request is left alone for the rest of it. */
function memcached_options(): array
{
    return [
        \Memcached::OPT_LIBKETAMA_COMPATIBLE => true,
        \Memcached::OPT_TCP_NODELAY => true,
        \Memcached::OPT_CONNECT_TIMEOUT => 200,
        \Memcached::OPT_POLL_TIMEOUT => 200,
        \Memcached::OPT_SERVER_FAILURE_LIMIT => 1,
        \Memcached::OPT_RETRY_TIMEOUT => 60,
    ];
}

/** The core of this machine's Solr; null: the site has no search. @return array{scheme: string, host: string, port: int, core: string, url: string}|null */
function solr(): ?array
{
    $url = trim((string) getenv('SOLR_URL'));
    return $url === '' ? null : ['url' => $url, 'core' => basename($url)] + parse_url($url) + ['port' => 8983];
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

/** Runs an application's own installer, which throws where it cannot go on, and says where its first user signs in. */
function install(\Closure $installer): void
{
    try {
        $installer();
    } catch (\Throwable $error) {
        fwrite(STDERR, trim(html_entity_decode(strip_tags($error->getMessage()))) . "\n");
        exit(1);
    }
    echo "\n", getenv('SITE_URL'), "/user/login\n";
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

/**
 * The modules that Drupal 7 and Backdrop have enabled, for `bootdev features`; null where nobody can tell which of several tables is the site's.
 *
 * @return list<string>|null
 */
function modules_of_system(\PDO $database): ?array
{
    $tables = \tables_with($database, 'system', 'name', 'type', 'status'); // etc/php/features/parts.php
    if (count($tables) !== 1) {
        return null;
    }
    return $database->query("SELECT name FROM `$tables[0]` WHERE type = 'module' AND status = 1")->fetchAll(\PDO::FETCH_COLUMN);
}
