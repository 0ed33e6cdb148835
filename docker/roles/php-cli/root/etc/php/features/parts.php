<?php
// How asks.php reaches each part: by what the machine tells every site (environment, /run/secrets/app).
declare(strict_types=1);

function setting(string $name): string
{
    return trim((string) getenv($name));
}

function token(): string
{
    return bin2hex(random_bytes(8));
}

/** @return array{int, string} Status (0: no answer within 3 s) and body. */
function visit(string $url, array $headers = [], string $method = 'GET', ?string $body = null, array $options = []): array
{
    $call = curl_init($url);
    curl_setopt_array($call, $options + [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT_MS => 3000,
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
    $answer = curl_exec($call);
    return $answer === false ? [0, ''] : [(int) curl_getinfo($call, CURLINFO_RESPONSE_CODE), (string) $answer];
}

/** @return array<string, Memcached> each node with a connection of its own, by the name of its machine */
function memcached_nodes(): array
{
    $nodes = [];
    foreach (array_filter(explode(',', setting('MEMCACHED'))) as $index => $address) {
        [$host, $port] = explode(':', $address) + [1 => '11211'];
        $node = new Memcached();
        $node->setOptions([Memcached::OPT_CONNECT_TIMEOUT => 500, Memcached::OPT_POLL_TIMEOUT => 500]);
        $node->addServer($host, (int) $port);
        $nodes['memcached-' . $index + 1] = $node;
    }
    return $nodes;
}

/** How often all nodes were read from since they started. Throws where one does not answer. */
function reads(array $nodes): int
{
    $reads = 0;
    foreach ($nodes as $name => $node) {
        $figures = array_values($node->getStats() ?: [])[0] ?? [];
        if (!isset($figures['cmd_get'])) {
            throw new RuntimeException("$name does not answer");
        }
        $reads += $figures['cmd_get'] + $figures['incr_hits'] + $figures['incr_misses'];
    }
    return $reads;
}

/** The site's database, over TLS that is verified against its own authority. */
function database(): PDO
{
    return new PDO(
        sprintf('mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4', setting('DB_HOST'), setting('DB_PORT'), setting('DB_NAME')),
        setting('DB_USER'),
        trim((string) file_get_contents('/run/secrets/app/db-password')),
        [PDO::ATTR_TIMEOUT => 3, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem'],
    );
}

/**
 * The names of tables that end so and have all these columns: a site may give its tables a prefix, which only its own code knows.
 * @return list<string>
 */
function tables_with(PDO $database, string $end, string ...$columns): array
{
    $places = implode(', ', array_fill(0, count($columns), '?'));
    $found = $database->prepare("SELECT TABLE_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
        AND TABLE_NAME LIKE ? AND COLUMN_NAME IN ($places) GROUP BY TABLE_NAME HAVING COUNT(*) = ?");
    $found->execute(["%$end", ...$columns, count($columns)]);
    return $found->fetchAll(PDO::FETCH_COLUMN);
}

/** @return string The object, or '' where the method gives none. */
function s3(string $method, string $object, ?string $body = null): string
{
    $keys = @parse_ini_file((string) getenv('AWS_SHARED_CREDENTIALS_FILE'), true, INI_SCANNER_RAW)['default'] ?? throw new RuntimeException("the site's keys for S3 cannot be read");
    $url = rtrim(setting('S3_ENDPOINT'), '/') . '/' . setting('S3_BUCKET') . "/$object";
    $token = $keys['aws_session_token'] ?? ''; // on an instance alone
    $headers = ['x-amz-content-sha256: ' . hash('sha256', (string) $body), ...($token === '' ? [] : ["x-amz-security-token: $token"])];
    [$status, $answer] = visit($url, $headers, $method, $body, [
        CURLOPT_AWS_SIGV4 => 'aws:amz:' . setting('S3_REGION') . ':s3',
        CURLOPT_USERPWD => "{$keys['aws_access_key_id']}:{$keys['aws_secret_access_key']}",
    ]);
    if ($status < 200 || $status >= 300) {
        throw new RuntimeException('S3 answered ' . ($status ?: 'nothing') . " to $method $object");
    }
    return $answer;
}
