<?php
// This machine's part of a purge, behind nginx' door (docker/roles/nginx: purge.conf, purge.js), in two steps: `mark`, after which no page
// whose building has begun before is stored; and `remove`, which takes out what is stored. Its pool has one process (php-fpm.conf).
namespace bootdev;

function answer(int $status, array $answer): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode($answer, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

/**
 * A machine that refuses the connection is left out: no nginx runs there, and when it starts, it starts without a stored page.
 * @return ?string[] addresses of the other web machines; null: the name that has them all is not known
 */
function others(): ?array
{
    $all = gethostbynamel('@WEB_HOST@');
    $own = array_merge(...array_map(static fn (array $interface): array => array_column($interface['unicast'] ?? [], 'address'), array_values(net_get_interfaces() ?: [])));
    return $all === false ? null : array_values(array_filter(array_diff($all, $own), listens(...)));
}

function listens(string $address): bool
{
    $refused = 111; // ECONNREFUSED. Silence is another thing: the door finds out
    return @stream_socket_client("tcp://$address:82", $code, timeout: 0.5) !== false || $code !== $refused;
}

/**
 * For the pre-warmer on admin (docker/roles/warm), which asks every few seconds: a word that is another one when the stored pages are gone (another
 * release is served, nginx has started), and what was purged of late. Nothing of a live folder: its pages are not stored.
 * @return list<string>
 */
function news(): array
{
    if ('@CODE_LIVE@' === '1') {
        return [];
    }
    $pages = md5(@file_get_contents('/run/bootdev/nginx/release.conf') . ' ' . @filemtime('/run/nginx.pid'));
    return ["pages $pages", ...array_map(static fn (string $line): string => "purged $line", Rules::recent())];
}

if ($_SERVER['BOOTDEV_PURGE_STEP'] === 'news') {
    header('Content-Type: text/plain');
    exit(implode("\n", news()) . "\n");
}
try {
    $rules = Rules::read($_SERVER['BOOTDEV_PURGE_LINES'] ?? '');
} catch (\InvalidArgumentException $wrong) {
    answer(400, ['error' => $wrong->getMessage()]);
}
if ($_SERVER['BOOTDEV_PURGE_STEP'] === 'mark') {
    $rules->remember() || answer(500, ['error' => 'pages that are being built could not be told: no room in APCu']);
    answer(200, ['others' => others()]);
}
$pages = 0;
foreach (Stored::all() as $file => $key) {
    $pages += (int) ($rules->match($key) && Stored::void($file, Stored::BY_PURGE));
}
answer(200, ['machine' => parse_ini_file('/etc/bootdev/machine.env', false, INI_SCANNER_RAW)['BOOTDEV_MACHINE'] ?? '', 'pages' => $pages]);
