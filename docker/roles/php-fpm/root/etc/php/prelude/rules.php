<?php
// What a purge is asked to take out of the micro-cache, and what was asked of late.
namespace bootdev;

final class Rules
{
    /** Lines of one purge. */
    private const MOST = 500;
    private const RECENT = 'bootdev-purged';
    /** Seconds that a page may take to build, and be on its way: php-fpm ends it then. */
    private const LONGEST = {{settings.php.maxExecutionTime}} + 5;

    /** @param list<array{host: string, address: string, prefix: bool, line: string}> $rules without a host: every page */
    private function __construct(private readonly array $rules)
    {
    }

    /**
     * A line each: an address (https://shop.example.org/about?lang=de), the beginning of addresses with `*` behind it, or `*` alone for every
     * page. Scheme and port do not matter, since a page is the same page by another. Throws InvalidArgumentException.
     */
    public static function read(string $lines): self
    {
        $lines = array_values(array_filter(array_map(trim(...), explode("\n", $lines)), static fn (string $line): bool => $line !== ''));
        if ($lines === []) {
            throw new \InvalidArgumentException('nothing to purge: an address a line, or *');
        }
        if (count($lines) > self::MOST) {
            throw new \InvalidArgumentException(count($lines) . ' lines; at most ' . self::MOST);
        }
        return new self(array_map(self::rule(...), $lines));
    }

    /** @return array{host: string, address: string, prefix: bool, line: string} */
    private static function rule(string $line): array
    {
        if ($line === '*') {
            return ['host' => '', 'address' => '', 'prefix' => true, 'line' => '*'];
        }
        if (!preg_match('~^https?://([a-z0-9.-]+?)\.?(?::\d+)?(/[^?#\s]*)?(\?[^#\s]*)?(?:#\S*)?$~i', $line, $found)) {
            throw new \InvalidArgumentException("$line: not an address such as https://{{settings.site.domain}}/about");
        }
        $host = strtolower($found[1]);
        if (!self::isOurs($host)) {
            throw new \InvalidArgumentException("$line: not an address of this site ({{settings.site.domain}})");
        }
        $address = ($found[2] ?? '' ?: '/') . ($found[3] ?? '');
        if (str_ends_with($address, '*')) {
            return ['host' => $host, 'address' => rawurldecode(substr($address, 0, -1)), 'prefix' => true, 'line' => $line];
        }
        return ['host' => $host, 'address' => self::canonical($address), 'prefix' => false, 'line' => $line];
    }

    /** As the balancer lets names in (docker/roles/haproxy). */
    private static function isOurs(string $host): bool
    {
        return in_array($host, ['{{settings.site.domain}}', parse_url('@SITE_URL@', PHP_URL_HOST), 'localhost', '127.0.0.1'], true)
            || str_ends_with($host, '.{{settings.site.domain}}');
    }

    /** One spelling of an address: decoded, and without the arguments that are in no key (docker/roles/nginx: arguments.conf). */
    private static function canonical(string $address): string
    {
        [$path, $args] = explode('?', "$address?", 3);
        $kept = preg_grep('~^(?:{{derived.strippedArguments}})(?:=|$)~i', explode('&', $args), PREG_GREP_INVERT);
        return rawurldecode("$path?" . ltrim(implode('&', $kept ?: []), '&'));
    }

    /** Whether a stored page is one of those. Its key: scheme, document root, host, address, cookies (docker/roles/nginx: cache.conf). */
    public function match(string $key): bool
    {
        [, , $host, $address] = explode(' ', "$key   ", 5);
        $host = preg_replace('/:\d+$/', '', $host);
        $canonical = null;
        foreach ($this->rules as $rule) {
            if ($rule['host'] !== '' && $rule['host'] !== $host) {
                continue;
            }
            $canonical ??= self::canonical($address);
            if ($rule['prefix'] ? str_starts_with($canonical, $rule['address']) : $canonical === $rule['address']) {
                return true;
            }
        }
        return false;
    }

    /** For pages that are being built now. The door has one process, so no two write at once. */
    public function remember(): bool
    {
        $now = microtime(true);
        $recent = array_filter(apcu_fetch(self::RECENT) ?: [], static fn (array $purge): bool => $purge['at'] > $now - self::LONGEST);
        $recent[] = ['at' => $now, 'rules' => $this->rules];
        if (array_sum(array_map(static fn (array $purge): int => count($purge['rules']), $recent)) > self::MOST) {
            $recent = [['at' => $now, 'rules' => [self::rule('*')]]]; // too many to compare with each page: as if everything had to go
        }
        return apcu_store(self::RECENT, $recent, self::LONGEST);
    }

    /** @return list<string> what was asked for of late, as it was said: "TIME LINE" */
    public static function recent(): array
    {
        $said = [];
        foreach (apcu_fetch(self::RECENT) ?: [] as ['at' => $at, 'rules' => $rules]) {
            array_push($said, ...array_map(static fn (array $rule): string => sprintf('%.3f %s', $at, $rule['line']), $rules));
        }
        return $said;
    }

    /** Whether a page had to go since a time. */
    public static function since(float $time, string $key): bool
    {
        foreach (apcu_fetch(self::RECENT) ?: [] as ['at' => $at, 'rules' => $rules]) {
            if ($at >= $time && (new self($rules))->match($key)) {
                return true;
            }
        }
        return false;
    }
}
