<?php
// For `bootdev features` (src/site/features/): asks each part of the architecture what the site itself would. Run as the site on a web machine.
//
//   site php ask.php <<<'{"asks": ["mail", …], …}'     → {"mail": {"state": "works", "text": "…"}, …}
//
// All asks at once, each a group of processes of its own that is ended after PATIENCE seconds: what hangs must not delay the others.
declare(strict_types=1);

require __DIR__ . '/asks.php';

const PATIENCE = 5;

/** @return array{state: string, text: string} */
function outcome(string $name, array $asked): array
{
    try {
        return asks()[$name]($asked);
    } catch (Throwable $problem) {
        return ['state' => 'fails', 'text' => $problem->getMessage()];
    }
}

$asked = json_decode((string) stream_get_contents(STDIN), true, 8, JSON_THROW_ON_ERROR);
$end = microtime(true) + PATIENCE;
$running = [];
foreach (array_intersect($asked['asks'], array_keys(asks())) as $name) {
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $group = pcntl_fork();
    if ($group === 0) {
        posix_setpgid(0, 0);
        fwrite($theirs, json_encode(outcome($name, $asked), JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
        exit;
    }
    posix_setpgid($group, $group); // in both processes: it must be set before either continues
    fclose($theirs);
    $running[$name] = [$group, $ours];
}
$answers = [];
foreach ($running as $name => [$group, $socket]) {
    $left = max(1, (int) (($end - microtime(true)) * 1_000_000));
    stream_set_timeout($socket, intdiv($left, 1_000_000), $left % 1_000_000);
    $line = fgets($socket);
    posix_kill(-$group, SIGKILL);
    $answers[$name] = json_decode((string) $line, true) ?? ['state' => 'fails', 'text' => 'no answer within ' . PATIENCE . ' s'];
}
echo json_encode((object) $answers), "\n";
