<?php
// What is kept of a job's runs, in files of the site: it could have put anything there, so they are read as the site's user, and bounded.
namespace bootdev\cron;

const FOLDER = '/srv/files/private';
const RUNS = 10;
const OUTPUT = 16_384; // bytes of each run's that are kept
const LINE = 32_768; // and of its line: a byte that is no text takes six

final class Records
{
    public function __construct(private readonly string $name)
    {
    }

    /** The run that has the lock, or had it and never said how it ended. @return array{at: int, machine: string}|null */
    public function holder(?string $text = null): ?array
    {
        $said = json_decode($text ?? $this->read('lock', 1000), true, 4);
        return is_array($said) && is_int($said['at'] ?? null) ? ['at' => $said['at'], 'machine' => machine($said)] : null;
    }

    /** @return array{at: int, seconds: int, exit: int, ended: string, machine: string, failing: bool}|null */
    public function last(): ?array
    {
        $said = json_decode($this->read('last', 1000), true, 4);
        if (!is_array($said) || !is_int($said['at'] ?? null) || !is_int($said['exit'] ?? null)) {
            return null;
        }
        $ended = in_array($said['ended'] ?? '', ['limit', 'overlap', 'lost', 'stopped'], true) ? $said['ended'] : 'exit';
        return ['at' => $said['at'], 'seconds' => (int) ($said['seconds'] ?? 0), 'exit' => $said['exit'], 'ended' => $ended, 'machine' => machine($said), 'failing' => (bool) ($said['failing'] ?? $said['exit'] !== 0)];
    }

    /** Whether a run has the lock now. One that asks for it meanwhile tries again (usr/local/bin/job). */
    public function isRunning(): bool
    {
        $file = @fopen($this->path('lock'), 'rn');
        return $file && !flock($file, LOCK_SH | LOCK_NB);
    }

    /** @param array<string, mixed> $run @return array{bool, bool} whether the job fails now and did not before, or the other way round; whether the run could be kept */
    public function add(array $run): array
    {
        $isKept = $this->replace('runs', function () use ($run): string {
            $lines = $this->lines();
            $before = json_decode((string) end($lines), true, 4);
            // A job that hangs for an hour and is to start each minute: the runs before it are worth more than sixty of these.
            if ($run['ended'] === 'overlap' && is_array($before) && ($before['ended'] ?? '') === 'overlap') {
                array_pop($lines);
            }
            return implode("\n", array_slice([...$lines, line($run)], -RUNS)) . "\n";
        });
        $wasFailing = $isFailing = false;
        unset($run['output']);
        $isNoted = $this->replace('last', function () use ($run, &$wasFailing, &$isFailing): string {
            $wasFailing = $this->last()['failing'] ?? false;
            // Who stops a run has learnt nothing of the job.
            $isFailing = $run['ended'] === 'stopped' ? $wasFailing : $run['exit'] !== 0;
            return json_encode($run + ['failing' => $isFailing]) . "\n";
        });
        return [$isFailing !== $wasFailing, $isKept && $isNoted];
    }

    /** @return list<string> JSON of the last runs, the newest last */
    public function lines(): array
    {
        $lines = explode("\n", $this->read('runs', RUNS * LINE + RUNS));
        return array_values(array_filter($lines, static fn (string $line): bool => strlen($line) <= LINE && is_array(json_decode($line, true, 4))));
    }

    private function read(string $kind, int $bytes): string
    {
        // n: a pipe in its place must not be waited for.
        $file = @fopen($this->path($kind), 'rn');
        return $file ? (string) stream_get_contents($file, $bytes) : '';
    }

    /** Written whole, then renamed. Who makes the new file is alone meanwhile: two machines may have something to say of one job. */
    private function replace(string $kind, \Closure $content): bool
    {
        $path = $this->path($kind);
        $new = "$path.new";
        for ($try = 0; $try < 30; $try++, usleep(100_000)) {
            clearstatcache();
            $left = @lstat($new);
            if ($left && $left['mtime'] < time() - 60) {
                @unlink($new); // of a machine that died
            }
            $file = @fopen($new, 'xn');
            if ($file) {
                return fwrite($file, $content()) !== false && fclose($file) && @rename($new, $path);
            }
        }
        return false;
    }

    private function path(string $kind): string
    {
        return FOLDER . "/.$this->name-$kind";
    }
}

/** @param array<string, mixed> $run */
function line(array $run): string
{
    $json = (string) json_encode($run, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    return strlen($json) <= LINE ? $json : line(['output' => substr($run['output'], -intdiv(strlen($run['output']), 2))] + $run);
}

/** @param array<string, mixed> $said */
function machine(array $said): string
{
    $name = $said['machine'] ?? '';
    return is_string($name) && preg_match('/^[a-zA-Z0-9.-]{1,60}$/D', $name) ? $name : '?';
}
