<?php
// The site as the pre-warmer sees it: its address, its web machines, and which addresses are its own.
namespace bootdev\warm;

final class Site
{
    /** Of an address, in bytes. */
    private const LONGEST = 2000;

    public readonly string $host;
    /** As visitors send it: with the port, where that is not the scheme's own. */
    public readonly string $hostHeader;
    public readonly string $scheme;
    /** @var list<string> expressions of paths that PHP answers each time (docker/apps: http.conf; cache.uncachedPaths) */
    private readonly array $never;

    /** @param array{never: list<string>} $rules of rules.json */
    public function __construct(string $url, array $rules)
    {
        $parts = parse_url($url);
        $this->host = strtolower($parts['host']);
        $this->scheme = $parts['scheme'];
        $this->hostHeader = $this->host . (isset($parts['port']) ? ":{$parts['port']}" : '');
        $this->never = array_map(static fn (string $each): string => '~' . str_replace('~', '\~', $each) . '~', $rules['never']);
    }

    /**
     * The path of an address of this site, arguments included, as a request line can have it; null: another host's, or none. Scheme and port
     * do not matter, as for a purge. `from`: the path of the page that names it.
     */
    public function path(string $address, string $from = '/'): ?string
    {
        $address = trim($address);
        if (preg_match('~^https?://([a-z0-9.-]+)(?::\d+)?(?=[/?#]|$)(.*)$~is', $address, $found) || preg_match('~^//([a-z0-9.-]+)(?::\d+)?(?=[/?#]|$)(.*)$~is', $address, $found)) {
            if (strtolower($found[1]) !== $this->host) {
                return null;
            }
            $address = ($found[2][0] ?? '') === '/' ? $found[2] : "/$found[2]";
        } elseif ($address === '' || preg_match('~^(?:[a-z][a-z0-9+.-]*:|//|[?#])~i', $address)) {
            return null; // mailto:, another scheme, a name that is none, this page itself
        }
        [$address] = explode('#', $address, 2);
        [$path, $arguments] = explode('?', $address, 2) + [1 => null];
        if ($path === '' || $path[0] !== '/') {
            $path = substr($from, 0, strrpos(explode('?', $from)[0], '/') + 1) . $path;
        }
        $whole = $this->withoutDots($path) . ($arguments === null ? '' : "?$arguments");
        $whole = preg_replace_callback('/[^\x21-\x7e]/', static fn (array $byte): string => rawurlencode($byte[0]), $whole);
        return strlen($whole) > self::LONGEST ? null : $whole;
    }

    /** Whether the micro-cache may have it, as far as the path says. */
    public function mayBeStored(string $path): bool
    {
        $decoded = rawurldecode(explode('?', $path)[0]);
        foreach ($this->never as $expression) {
            if (@preg_match($expression, $decoded) !== 0) {
                return false;
            }
        }
        return true;
    }

    /** @return list<string> IPv4 addresses of the web machines: the only ones that are ever connected to */
    public static function machines(): array
    {
        $all = gethostbynamel((string) getenv('WEB_HOST')) ?: [];
        sort($all);
        return array_values(array_unique($all));
    }

    private function withoutDots(string $path): string
    {
        $kept = [];
        foreach (explode('/', substr($path, 1)) as $part) {
            if ($part === '..') {
                array_pop($kept);
            } elseif ($part !== '.') {
                $kept[] = $part;
            }
        }
        return '/' . implode('/', $kept) . (preg_match('~/\.\.?$~', $path) && $kept ? '/' : '');
    }
}
