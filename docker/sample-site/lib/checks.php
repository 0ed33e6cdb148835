<?php
// One real round trip for each part. A check returns what it found, or throws why it failed.
declare(strict_types=1);

require_once __DIR__ . '/site.php';
require_once __DIR__ . '/database.php';
require_once __DIR__ . '/memcached.php';
require_once __DIR__ . '/s3.php';
require_once __DIR__ . '/mailbox.php';
require_once __DIR__ . '/search.php';

/** @return array<string, callable(): string> */
function checks(): array
{
    $checks = ['mysql' => check_mysql(...)];
    foreach (array_keys(memcached_nodes()) as $index) {
        $checks['memcached-' . $index + 1] = fn (): string => check_memcached($index);
    }
    if (setting('SOLR_URL') !== '') {
        $checks['solr'] = check_solr(...);
    }
    return $checks + ['s3' => check_s3(...), 'files' => check_files(...), 'mail' => check_mail(...), 'cron' => check_cron(...), 'self' => check_self(...)];
}

/** Checks that only the serving process itself can make. */
function own_checks(): array
{
    return ['opcache' => check_opcache(...), 'apcu' => check_apcu(...)];
}

function ensure(bool $holds, string $otherwise): void
{
    if (!$holds) {
        throw new RuntimeException($otherwise);
    }
}

function check_mysql(): string
{
    $token = bin2hex(random_bytes(8));
    database()->exec('CREATE TABLE IF NOT EXISTS status_check (machine VARCHAR(60) PRIMARY KEY, token CHAR(16) NOT NULL)');
    database()->prepare('REPLACE INTO status_check VALUES (?, ?)')->execute([machine('BOOTDEV_MACHINE'), $token]);
    $read = database()->prepare('SELECT token, VERSION() version FROM status_check WHERE machine = ?');
    $read->execute([machine('BOOTDEV_MACHINE')]);
    $row = $read->fetch();
    ensure(($row['token'] ?? '') === $token, 'what was written was not read back');
    $cipher = database()->query("SHOW STATUS LIKE 'Ssl_cipher'")->fetch()['Value'] ?? '';
    return "{$row['version']}, " . ($cipher === '' ? 'no TLS' : $cipher);
}

function check_memcached(int $index): string
{
    $cache = memcached($index);
    $key = 'status:' . machine('BOOTDEV_MACHINE');
    $token = bin2hex(random_bytes(8));
    ensure($cache->set($key, $token, 60), $cache->getResultMessage());
    ensure($cache->get($key) === $token, 'what was written was not read back');
    return implode(':', memcached_nodes()[$index]);
}

function check_s3(): string
{
    $object = 'status/' . machine('BOOTDEV_MACHINE') . '-' . bin2hex(random_bytes(4));
    $token = bin2hex(random_bytes(8));
    s3('PUT', $object, $token);
    ensure(s3('GET', $object) === $token, 'what was written was not read back');
    s3('DELETE', $object);
    return setting('S3_BUCKET');
}

function check_solr(): string
{
    $token = bin2hex(random_bytes(8));
    $id = "status-$token";
    solr('/update', ['softCommit' => 'true'], [['id' => $id, 'tm_X3b_en_title' => ["round trips $token"]]]);
    $found = solr('/select', ['q' => "+tm_X3b_en_title:trip +tm_X3b_en_title:$token", 'fl' => 'id'])['response']['docs'];
    ensure($found === [['id' => $id]], 'what was written was not found');
    solr('/update', [], ['delete' => ['id' => $id]]);
    return setting('SOLR_URL');
}

/** Writes and reads here; and it must see another machine's heartbeat, at most 3 s old: so it is one file system. */
function check_files(): string
{
    $file = SHARED . '/private/.status-' . machine('BOOTDEV_MACHINE');
    $token = bin2hex(random_bytes(8));
    ensure(@file_put_contents($file, $token) === 16 && file_get_contents($file) === $token, "$file cannot be written and read back");
    $seen = array_diff(living_machines(), [machine('BOOTDEV_MACHINE')]);
    ensure($seen !== [], 'no file of another machine is visible');
    return 'sees files of ' . implode(', ', $seen);
}

/** @return list<string> Names of the machines whose heartbeat in the shared files is recent. */
function living_machines(): array
{
    $recent = array_filter(glob(SHARED . '/private/.machines/*') ?: [], fn (string $file): bool => time() - (int) @filemtime($file) <= 5);
    return array_values(array_map(basename(...), $recent));
}

function check_mail(): string
{
    // One mail in the queue tries for all: a check each few seconds would leave hundreds of them there.
    if (glob(SHARED . '/private/.mail/queue/*')) {
        ensure(mail_refusal() === '', 'mails wait in the queue: ' . mail_refusal());
    }
    $token = 'status ' . bin2hex(random_bytes(8));
    send_mail('status@example.test', $token, 'Sent by ' . machine('BOOTDEV_MACHINE') . " to see whether mail arrives.\n");
    ensure(mail_refusal() === '', 'it waits in the queue: ' . mail_refusal());
    if (setting('MAIL_API') === '') {
        return 'accepted by ' . setting('MAIL_HOST');
    }
    for ($try = 0; $try < 15; $try++) {
        $found = mailbox('GET', 'search?query=' . rawurlencode("subject:\"$token\""))['messages'] ?? [];
        if ($found) {
            mailbox('DELETE', 'messages', ['IDs' => array_column($found, 'ID')]);
            return 'arrived';
        }
        usleep(50_000);
    }
    throw new RuntimeException('accepted, but it did not arrive');
}

function check_cron(): string
{
    $last = json_decode((string) @file_get_contents(SHARED . '/private/.cron-last'), true);
    ensure(is_array($last), 'has not run yet');
    ensure(in_array($last['machine'], living_machines(), true), "{$last['machine']} is not running");
    ensure($last['exit'] === 0, "its last run failed with exit code {$last['exit']}");
    $ago = time() - $last['at'];
    ensure($ago <= 2 * $last['interval'] + 30, "its last run was $ago s ago");
    return "ran $ago s ago on {$last['machine']}";
}

/** The site at its own public address: name, certificate, balancer. Loopback calls of WordPress, link checkers and page warmers need it. */
function check_self(): string
{
    $call = curl_init(setting('SITE_URL') . '/-/healthz');
    curl_setopt_array($call, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT_MS => 1800]);
    ensure(curl_exec($call) !== false, curl_error($call));
    $status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
    ensure($status === 200, "answered $status");
    return setting('SITE_URL');
}

function check_opcache(): string
{
    $state = opcache_get_status(false);
    ensure(is_array($state) && $state['opcache_enabled'], 'is off');
    ensure(opcache_is_script_cached(__FILE__), 'does not have this script');
    return sprintf('%d scripts, %d MB free', $state['opcache_statistics']['num_cached_scripts'], $state['memory_usage']['free_memory'] >> 20);
}

function check_apcu(): string
{
    ensure(apcu_enabled(), 'is off');
    $token = bin2hex(random_bytes(8));
    ensure(apcu_store('status', $token, 60) && apcu_fetch('status') === $token, 'what was written was not read back');
    return sprintf('%d MB free', apcu_sma_info(true)['avail_mem'] >> 20);
}

/** @return array{ok: bool, ms: int, detail: string} */
function outcome(callable $check): array
{
    $started = hrtime(true);
    try {
        [$ok, $detail] = [true, $check()];
    } catch (Throwable $problem) {
        [$ok, $detail] = [false, $problem->getMessage()];
    }
    return ['ok' => $ok, 'ms' => intdiv(hrtime(true) - $started, 1_000_000), 'detail' => $detail];
}
