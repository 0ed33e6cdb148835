<?php
// Requests to web machines, as the load balancer sends them, at a bounded rate. What answers may be hostile: nothing of it says where the next
// request goes, no redirect is followed, and no more than a bounded part of it is read.
namespace bootdev\warm;

final class Answer
{
    public int $status = 0;
    /** X-Cache: HIT, MISS, EXPIRED, STALE, UPDATING, BYPASS, OFF. */
    public string $cache = '';
    public string $type = '';
    public string $location = '';
    /** As it was sent, perhaps compressed. */
    public string $body = '';
    /** More came than was wanted. */
    public bool $cut = false;
    public float $seconds = 0;
    /** Why there is no answer. */
    public string $error = '';
    /** The application says that it is not to be stored: somebody's own, or new each time (docker/roles/php-fpm: prelude.php). */
    private bool $own = false;
    private int $read = 0;

    public function __construct(public readonly string $machine, public readonly string $path, public readonly string $variant, private readonly int $most, private readonly bool $keep)
    {
    }

    public function head(string $line): int
    {
        if (preg_match('~^(x-cache|content-type|location):\s*(.*?)\s*$~i', $line, $found)) {
            $this->{['x-cache' => 'cache', 'content-type' => 'type', 'location' => 'location'][strtolower($found[1])]} = $found[2];
        }
        $this->own = $this->own || preg_match('~^set-cookie:|^cache-control:.*(?:\b(?:private|no-cache|no-store)\b|\b(?:s-maxage|max-age)\s*=\s*"?0+\b)~i', $line);
        return strlen($line);
    }

    public function take(string $piece): int
    {
        $this->read += strlen($piece);
        $this->cut = $this->read > $this->most;
        if ($this->keep) {
            $this->body .= substr($piece, 0, max(0, $this->most - strlen($this->body)));
        }
        return $this->cut ? -1 : strlen($piece); // -1 ends the connection
    }

    /** The page came from the micro-cache: PHP was not asked, or not for this request. */
    public function hit(): bool
    {
        return in_array($this->cache, ['HIT', 'STALE', 'UPDATING'], true);
    }

    public function made(): bool
    {
        return in_array($this->cache, ['MISS', 'EXPIRED'], true) && !($this->own && $this->status < 400);
    }

    public function failed(): bool
    {
        return $this->error !== '' || $this->status >= 500 || $this->status === 429;
    }
}

final class Client
{
    /** Of a page that nobody reads, in bytes. Larger ones are in no micro-cache (docker/roles/php-fpm: 2 MB). */
    private const LARGEST = 8 << 20;
    private readonly \CurlMultiHandle $multi;
    /** @var array<int, array{\CurlHandle, Answer}> */
    private array $open = [];
    /** When the next request may begin; seconds of hrtime. */
    private float $next = 0;
    private ?float $first = null;
    private float $last = 0;
    public int $requests = 0;

    /** @param int $rate requests per second, of all machines together; @param int $timeout seconds */
    public function __construct(private readonly Site $site, private readonly int $rate, private readonly int $timeout)
    {
        $this->multi = curl_multi_init();
    }

    /** Seconds until another request may begin. */
    public function wait(): float
    {
        return max(0, $this->next - self::now());
    }

    /** Begins a request; its answer comes from finished(). A variant: "br", or "gzip age_ok=1". `keep`: bytes of the body that somebody reads. */
    public function begin(string $machine, string $path, string $variant, int $keep = 0): void
    {
        $now = self::now();
        $this->next = max($now, $this->next) + 1 / $this->rate;
        $this->first ??= $now;
        $this->last = $now;
        $this->requests++;
        $answer = new Answer($machine, $path, $variant, $keep ?: self::LARGEST, $keep > 0);
        [$encoding, $cookie] = explode(' ', "$variant ", 3);
        $handle = curl_init("http://$machine$path");
        curl_setopt_array($handle, [
            CURLOPT_HTTPHEADER => array_values(array_filter([
                "Host: {$this->site->hostHeader}",
                "X-Forwarded-Proto: {$this->site->scheme}",
                'User-Agent: bootdev-warm',
                'Accept: text/html,application/xhtml+xml,*/*;q=0.8',
                $encoding === '' ? '' : "Accept-Encoding: $encoding",
                $cookie === '' ? '' : "Cookie: $cookie",
            ])),
            CURLOPT_PATH_AS_IS => true,
            CURLOPT_PROTOCOLS_STR => 'http',
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROXY => '',
            CURLOPT_CONNECTTIMEOUT_MS => 1000,
            CURLOPT_TIMEOUT => $this->timeout,
            CURLOPT_HEADERFUNCTION => static fn ($handle, string $line): int => $answer->head($line),
            CURLOPT_WRITEFUNCTION => static fn ($handle, string $piece): int => $answer->take($piece),
        ]);
        curl_multi_add_handle($this->multi, $handle);
        $this->open[spl_object_id($handle)] = [$handle, $answer];
    }

    /** @return list<Answer> of requests that have ended; waits for at most `seconds` */
    public function finished(float $seconds): array
    {
        curl_multi_exec($this->multi, $running);
        if ($this->open && !($answers = $this->collect())) {
            curl_multi_select($this->multi, max(0.001, $seconds));
            curl_multi_exec($this->multi, $running);
        } elseif (!$this->open) {
            usleep((int) (1e6 * $seconds));
        }
        return $answers ?? [] ?: $this->collect();
    }

    /** One answer, in its turn; waits. */
    public function ask(string $machine, string $path, string $variant, int $keep): Answer
    {
        usleep((int) ceil(1e6 * $this->wait()));
        $this->begin($machine, $path, $variant, $keep);
        do {
            $answers = $this->finished(1);
        } while (!$answers);
        return $answers[0];
    }

    public function perSecond(): float
    {
        $between = $this->last - ($this->first ?? $this->last);
        return $between > 0 ? round(($this->requests - 1) / $between, 1) : 0;
    }

    public static function now(): float
    {
        return hrtime(true) / 1e9;
    }

    /** @return list<Answer> */
    private function collect(): array
    {
        $answers = [];
        while ($message = curl_multi_info_read($this->multi)) {
            [$handle, $answer] = $this->open[spl_object_id($message['handle'])];
            unset($this->open[spl_object_id($handle)]);
            $answer->status = curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
            $answer->seconds = curl_getinfo($handle, CURLINFO_TOTAL_TIME);
            if ($message['result'] !== CURLE_OK && !$answer->cut) {
                $answer->error = curl_strerror($message['result']) ?? 'no answer';
            }
            curl_multi_remove_handle($this->multi, $handle);
            $answers[] = $answer;
        }
        return $answers;
    }
}
