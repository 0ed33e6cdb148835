<?php
// php check.php: all checks at once, their outcomes as JSON. On the command line, where PHP can fork: each check is a
// process of its own that the kernel ends after 2 s. No time-out inside PHP covers everything (looking up the name of a
// stopped machine can take longer), and one that hangs must not make the others late.
declare(strict_types=1);

require __DIR__ . '/checks.php';

$answers = [];
foreach (checks() as $name => $check) {
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (pcntl_fork() === 0) {
        pcntl_alarm(2); // SIGALRM, which nobody here catches
        fwrite($theirs, json_encode(outcome($check), JSON_INVALID_UTF8_SUBSTITUTE));
        exit;
    }
    fclose($theirs);
    $answers[$name] = $ours;
}
$late = ['ok' => false, 'ms' => 2000, 'detail' => 'no answer within 2 s'];
echo json_encode(array_map(fn ($answer): array => json_decode((string) stream_get_contents($answer), true) ?? $late, $answers));
