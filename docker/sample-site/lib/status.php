<?php
declare(strict_types=1);

require_once __DIR__ . '/checks.php';

/**
 * All checks at once, each a process that is killed after 2 s: no time-out inside PHP covers everything (looking up the
 * name of a stopped machine takes longer), and one that hangs must not make the others late.
 *
 * @return array{ok: bool, machine: string, digest: string, features: array<string, array{ok: bool, ms: int, detail: string}>}
 */
function status(): array
{
    $features = $running = $output = [];
    $started = microtime(true);
    foreach (array_keys(checks()) as $name) {
        $process = proc_open(['site', 'php', __DIR__ . '/check.php', $name], [1 => ['pipe', 'w'], 2 => ['file', '/dev/null', 'w']], $pipes);
        $features[$name] = ['ok' => false, 'ms' => 0, 'detail' => 'no answer within 2 s'];
        if ($process) {
            $running[$name] = [$process, $pipes[1]];
            $output[$name] = '';
        }
    }
    foreach (own_checks() as $name => $check) {
        $features[$name] = outcome($check);
    }
    while ($running && ($left = 2 - (microtime(true) - $started)) > 0) {
        $ready = array_column($running, 1);
        $none = null;
        if (!stream_select($ready, $none, $none, 0, (int) ($left * 1e6))) {
            continue;
        }
        foreach ($running as $name => [$process, $pipe]) {
            if (!in_array($pipe, $ready, true)) {
                continue;
            }
            $output[$name] .= fread($pipe, 8192);
            if (feof($pipe)) {
                $features[$name] = json_decode($output[$name], true) ?? ['ok' => false, 'ms' => 0, 'detail' => 'the check itself failed: see the log'];
                proc_close($process);
                unset($running[$name]);
            }
        }
    }
    foreach ($running as $name => [$process]) {
        $features[$name]['ms'] = 2000;
        proc_terminate($process, 9);
        proc_close($process);
    }
    return [
        'ok' => !in_array(false, array_column($features, 'ok'), true),
        'machine' => machine('BOOTDEV_MACHINE'),
        'digest' => machine('BOOTDEV_DIGEST'),
        'features' => $features,
    ];
}
