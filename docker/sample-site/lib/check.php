<?php
// php check.php: runs all checks at once and prints their outcomes as JSON. On the command line, where PHP can fork: each check is a
// process group of its own that is killed after 2 s. No time-out inside PHP covers everything (looking up the name of a stopped machine
// can take longer), and a check that hangs must not delay the others. The whole group, since the mail program that a check started
// would otherwise keep our output open.
declare(strict_types=1);

require __DIR__ . '/checks.php';

$end = microtime(true) + 2;
$answers = [];
foreach (checks() as $name => $check) {
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $group = pcntl_fork();
    if ($group === 0) {
        posix_setpgid(0, 0);
        fwrite($theirs, json_encode(outcome($check), JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
        exit;
    }
    posix_setpgid($group, $group); // in both processes: it must be set before either continues
    fclose($theirs);
    $answers[$name] = ['group' => $group, 'socket' => $ours];
}

function answer(array $check, float $end): array
{
    ['group' => $group, 'socket' => $socket] = $check;
    $left = max(1, (int) (($end - microtime(true)) * 1_000_000));
    stream_set_timeout($socket, intdiv($left, 1_000_000), $left % 1_000_000);
    $line = fgets($socket);
    posix_kill(-$group, SIGKILL);
    return json_decode((string) $line, true) ?? ['ok' => false, 'ms' => 2000, 'detail' => 'no answer within 2 s'];
}
echo json_encode(array_map(fn (array $check): array => answer($check, $end), $answers));
