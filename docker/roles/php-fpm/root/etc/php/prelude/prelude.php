<?php
// Runs before each request of php-fpm (auto_prepend_file; the site cannot turn it off). Where nginx asks for a page that it may store, it
// sees to it that the page is built once at a time, takes it whole, compresses it once, and says whether and for how long it may be
// stored. What it does not mark is never stored (docker/roles/nginx: cached.conf). And it brings PHP's own sessions (sessions.php).
namespace bootdev;

/** One page being built for the micro-cache. */
final class Page
{
    /** Larger answers go through as they come, and are not stored. */
    private const LARGEST = 2 * 1024 * 1024;
    private const LOCKS = '/run/php-pages';
    /** How long a page that may not be stored is remembered as such; seconds. */
    private const REMEMBER = 600;
    /** How many may build a page that nobody knows yet, after they waited for the first: perhaps it may not be stored. */
    private const TOGETHER = 3;
    /** Milliseconds to wait for another request's page: one that was stored before, and one that nobody knows. */
    private const PATIENCE = ['known' => 10_000, 'unknown' => 500];

    private readonly string $id;
    /** @var resource|null */
    private $lock = null;
    private bool $counted = false;
    private bool $streamed = false;
    private bool $ending = false;

    /** @param array{key: string, encoding: string, ttl: string, grace: string, waited: string, quiet: string} $asked from nginx (page.conf) */
    private function __construct(private readonly array $asked)
    {
        $this->id = md5($asked['key']);
    }

    public static function begin(array &$server): void
    {
        $asked = [];
        foreach (['key', 'encoding', 'ttl', 'grace', 'waited', 'quiet'] as $name) {
            $asked[$name] = $server['BOOTDEV_PAGE_' . strtoupper($name)] ?? '';
            unset($server['BOOTDEV_PAGE_' . strtoupper($name)]); // the site has no use for them
        }
        if ($asked['key'] === '') {
            return;
        }
        $page = new self($asked);
        $page->takeTurn();
        ob_start($page->passed(...), self::LARGEST);
        register_shutdown_function(function () use ($page): void {
            $page->ending = true;
        });
    }

    /** Goes on where the page is this request's to build; else sends nginx to wait for who builds it, and ends. */
    private function takeTurn(): void
    {
        if (apcu_fetch("bootdev-never-$this->id")) {
            return;
        }
        $slot = self::LOCKS . '/' . substr(md5("$this->id{$this->asked['encoding']}"), 0, 3);
        $file = @fopen($slot, 'c+');
        if ($file === false) {
            return;
        }
        if (flock($file, LOCK_EX | LOCK_NB)) {
            ftruncate($file, 0);
            fwrite($file, $this->id);
            fflush($file);
            $this->lock = $file;
            return;
        }
        if (stream_get_contents($file) !== $this->id) {
            return; // the slot is another page's
        }
        $known = (bool) apcu_fetch("bootdev-stored-$this->id");
        [$waited, $times] = array_map(intval(...), explode(':', "{$this->asked['waited']}:0"));
        // nginx allows ten redirects within a request; three times are enough.
        if ($waited >= self::PATIENCE[$known ? 'known' : 'unknown'] || $times >= 3) {
            if ($known || $times >= 3 || apcu_inc("bootdev-together-$this->id", 1, $success, 30) <= self::TOGETHER) {
                $this->counted = !$known;
                return;
            }
            apcu_dec("bootdev-together-$this->id");
        }
        header('X-Accel-Expires: 0');
        header('X-Page-Lock: ' . basename($slot) . " $this->id " . self::PATIENCE[$known ? 'known' : 'unknown']);
        header('X-Accel-Redirect: @wait');
        exit;
    }

    /** Output handler. A page that was sent in parts, or that something else than the request's end cut off, passes as it is. */
    private function passed(string $body, int $phase): string
    {
        if ($phase & PHP_OUTPUT_HANDLER_CLEAN) {
            return '';
        }
        if (!($phase & PHP_OUTPUT_HANDLER_FINAL)) {
            $this->streamed = true;
            return $body;
        }
        if (!$this->streamed && !headers_sent() && ($this->ending || $this->finished())) {
            $body = $this->whole($body);
        }
        $this->release();
        return $body;
    }

    /** Symfony, and so Drupal, ends the answer before the request: nothing can follow. */
    private function finished(): bool
    {
        return in_array('fastcgi_finish_request', array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function'), true);
    }

    private function whole(string $body): string
    {
        $headers = $this->headers();
        $status = http_response_code() ?: 200;
        $why = $this->whyNotStored($status, $headers);
        if ($why === '' && Rules::since($_SERVER['REQUEST_TIME_FLOAT'], $this->asked['key'])) {
            // It may show what was there before: for who asked, and not to be stored.
            header('X-Page: purged-meanwhile');
        } elseif ($why === '') {
            apcu_store("bootdev-stored-$this->id", 1, self::REMEMBER);
            header('X-Page: 1');
            header('X-Page-Cache-Control: ' . ($headers['cache-control'] ?? ''));
            header_remove('Cache-Control');
            $this->sayHowLong($headers['x-accel-expires'] ?? $this->asked['ttl']);
        } else {
            header("X-Page: $why"); // nginx takes anything but 1 for no; for `bootdev why`
            if ($status < 500) {
                $this->forget();
                apcu_delete("bootdev-stored-$this->id");
                apcu_store("bootdev-never-$this->id", 1, self::REMEMBER);
            }
        }
        $body = $this->compressed($body, $headers);
        if ($status !== 204 && $status !== 304) {
            header('Content-Length: ' . strlen($body));
        }
        return $body;
    }

    /**
     * nginx counts in whole seconds and lets the last one end, so both times are rounded down: what it was told to keep for ttl + grace is
     * never seen later. They count from when the page began to be built, which is what it shows; a slow one from a grace before its end.
     */
    private function sayHowLong(string $ttl): void
    {
        if (!ctype_digit($ttl)) {
            return; // an application's own point in time
        }
        $grace = (int) $this->asked['grace'];
        $from = max($_SERVER['REQUEST_TIME_FLOAT'], microtime(true) - $grace);
        header('X-Accel-Expires: @' . ((int) floor($from + (int) $ttl) - 1));
        // For nginx alone (visitors get the one that was put aside): for so long the old page serves while a new one is made.
        header("Cache-Control: stale-while-revalidate=$grace");
    }

    /**
     * @param array<string, string> $headers
     * @return string the header that says no, `status`, or `silent` (no header says how long); empty: it may be stored
     */
    private function whyNotStored(int $status, array $headers): string
    {
        if (isset($headers['set-cookie'])) {
            return 'set-cookie';
        }
        if (!in_array($status, [200, 301, 302, 307, 308, 401, 403, 404, 410], true)) {
            return 'status';
        }
        if (($headers['x-accel-expires'] ?? '') === '0') {
            return 'x-accel-expires';
        }
        if (!$this->variesByWhatIsInTheKey($headers['vary'] ?? '')) {
            return 'vary';
        }
        // "No" and "not here" are the same for every visitor without a session, and cost as much as a page.
        if ($status >= 400) {
            return '';
        }
        $control = $headers['cache-control'] ?? '';
        if (preg_match('/(?:^|[\s,])(?:private|no-cache|no-store|(?:s-maxage|max-age)\s*=\s*"?0+"?)(?:[\s,]|$)/i', $control)) {
            return 'cache-control';
        }
        $expires = $headers['expires'] ?? '';
        if ($expires !== '' && !preg_match('/max-age/i', $control) && (strtotime($expires) ?: 0) <= time()) {
            return 'expires';
        }
        $silent = $control === '' && $expires === '' && !isset($headers['x-accel-expires']);
        return $silent && $this->asked['quiet'] === '0' ? 'silent' : '';
    }

    private function variesByWhatIsInTheKey(string $vary): bool
    {
        return array_diff(array_map('trim', explode(',', strtolower($vary))), ['', 'cookie', 'accept-encoding']) === [];
    }

    /** What may not be stored any more is not to be found either, in no encoding. Other machines learn it when its time is over. */
    private function forget(): void
    {
        foreach (['', 'gzip', 'br'] as $encoding) {
            Stored::void(Stored::file($encoding, $this->asked['key']), Stored::BY_PRELUDE);
        }
    }

    /** @param array<string, string> $headers */
    private function compressed(string $body, array $headers): string
    {
        $type = strtolower($headers['content-type'] ?? 'text/html');
        if (isset($headers['content-encoding']) || strlen($body) < 256 || !preg_match('~^text/|json|xml|javascript|svg~', $type)) {
            return $body;
        }
        $small = match ($this->asked['encoding']) {
            'br' => class_exists(Brotli::class, false) ? Brotli::compress($body) : null,
            'gzip' => gzencode($body, 5),
            default => null,
        };
        if (!is_string($small)) {
            return $body;
        }
        header("Content-Encoding: {$this->asked['encoding']}");
        header('Vary: Accept-Encoding', false); // nginx says it where it could have compressed itself
        return $small;
    }

    /** @return array<string, string> by lower-case name; several of a name as one list */
    private function headers(): array
    {
        $headers = [];
        foreach (headers_list() as $line) {
            [$name, $value] = explode(':', $line, 2);
            $name = strtolower($name);
            $headers[$name] = (isset($headers[$name]) ? "$headers[$name], " : '') . trim($value);
        }
        return $headers;
    }

    private function release(): void
    {
        if ($this->counted) {
            apcu_dec("bootdev-together-$this->id");
        }
        if ($this->lock) {
            ftruncate($this->lock, 0);
            fclose($this->lock);
            $this->lock = null;
        }
    }
}

Page::begin($_SERVER);

require __DIR__ . '/sessions.php';
Sessions::register();
