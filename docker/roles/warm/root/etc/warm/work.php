<?php
// Asks each web machine for each address in each variant, and counts what came. It ends by itself where the answers say that it does harm.
namespace bootdev\warm;

final class Work
{
    /** Requests at once, of one machine: of its PHP processes the others are the visitors'. */
    private const AT_ONCE = 2;
    /** Answers that are looked back at. */
    private const RECENT = 10;
    /** Seconds; a page that takes less is not called slow. */
    private const SLOW = 2.0;
    /** How many are asked for a second time at the end. */
    private const SAMPLE = 50;

    /** Of those that were asked for. */
    public int $requests = 0;
    public int $hits = 0;
    public int $made = 0;
    public int $unstored = 0;
    public int $errors = 0;
    /** Of the sample at the end, in percent; null: nothing to ask for. */
    public ?int $hitAfter = null;
    /** @var array<int, int> */
    public array $statuses = [];
    /** done, time, slow, errors, stopped. */
    public string $ended = '';
    /** @var array<string, true> what a walk for addresses asked for already */
    private array $already = [];
    /** @var array<string, list<bool>> */
    private array $failures = [];
    /** @var array<string, list<float>> seconds of pages that PHP made, by machine; the first ten are what they are measured by */
    private array $times = [];
    /** @var list<array{string, string, string}> */
    private array $sample = [];

    /**
     * @param list<string> $machines
     * @param list<string> $variants the first decides whether the others are asked for
     * @param \Closure(): bool $stopped
     */
    public function __construct(private readonly Client $client, private readonly array $machines, private readonly array $variants, private readonly float $end, private readonly \Closure $stopped)
    {
    }

    /** @param list<string> $paths; @param \Closure(self): void $progress */
    public function run(array $paths, \Closure $progress): void
    {
        $at = $open = array_fill_keys($this->machines, 0);
        $more = array_fill_keys($this->machines, []);
        $this->ended = '';
        $turns = $this->machines;
        do {
            $waiting = false;
            foreach ($turns as $machine) {
                if ($this->ended !== '' || $open[$machine] >= self::AT_ONCE || $this->client->wait() > 0) {
                    $waiting = $waiting || $more[$machine] || $at[$machine] < count($paths);
                    continue;
                }
                $next = array_shift($more[$machine]) ?? (isset($paths[$at[$machine]]) ? [$paths[$at[$machine]++], $this->variants[0]] : null);
                if ($next === null) {
                    continue;
                }
                $waiting = true;
                if (isset($this->already["$machine $next[1] $next[0]"])) {
                    continue;
                }
                $open[$machine]++;
                $turns = [...array_diff($turns, [$machine]), $machine]; // each in its turn
                $this->client->begin($machine, $next[0], $next[1]);
            }
            foreach ($this->client->finished($this->client->wait() ?: 0.05) as $answer) {
                $open[$answer->machine]--;
                $this->count($answer);
                if ($answer->variant === $this->variants[0] && !$answer->failed() && ($answer->hit() || $answer->made())) {
                    foreach (array_slice($this->variants, 1) as $variant) {
                        $more[$answer->machine][] = [$answer->path, $variant];
                    }
                }
            }
            $this->ended = $this->ended ?: (($this->stopped)() ? 'stopped' : (Client::now() > $this->end ? 'time' : ''));
            $progress($this);
        // The last answer may have brought one more: the other encodings of its page.
        } while (array_sum($open) > 0 || ($this->ended === '' && ($waiting || array_filter($more))));
        $this->ended = $this->ended ?: 'done';
        if ($this->ended === 'done' || $this->ended === 'time') {
            $this->askAgain();
        }
    }

    public function count(Answer $answer): void
    {
        $this->already["$answer->machine $answer->variant $answer->path"] = true;
        $this->requests++;
        $this->statuses[$answer->status] = ($this->statuses[$answer->status] ?? 0) + 1;
        if ($answer->failed()) {
            $this->errors++;
        } elseif ($answer->hit()) {
            $this->hits++;
        } elseif ($answer->made()) {
            $this->made++;
        } else {
            $this->unstored++;
        }
        $this->watch($answer);
        if (!$answer->failed() && ($answer->hit() || $answer->made())) {
            // Each has the same chance to be in the sample, however many come.
            $place = count($this->sample) < self::SAMPLE ? count($this->sample) : random_int(0, $this->hits + $this->made - 1);
            if ($place < self::SAMPLE) {
                $this->sample[$place] = [$answer->machine, $answer->path, $answer->variant];
            }
        }
    }

    public function hitBefore(): ?int
    {
        return $this->requests > 0 ? (int) floor(100 * $this->hits / $this->requests) : null;
    }

    /** Half of the last ten failed; or pages take three times as long as at the beginning, and two seconds. */
    private function watch(Answer $answer): void
    {
        $machine = $answer->machine;
        $this->failures[$machine] = array_slice([...($this->failures[$machine] ?? []), $answer->failed()], -self::RECENT);
        if (count(array_filter($this->failures[$machine])) >= self::RECENT / 2) {
            $this->ended = $this->ended ?: 'errors';
        }
        if ($answer->hit() || $answer->failed()) {
            return;
        }
        $this->times[$machine][] = $answer->seconds;
        if (count($this->times[$machine]) > 2 * self::RECENT) {
            array_splice($this->times[$machine], self::RECENT, 1); // the first ten stay, and the last ten
        }
        if (count($this->times[$machine]) === 2 * self::RECENT) {
            [$first, $last] = array_map(self::median(...), array_chunk($this->times[$machine], self::RECENT));
            if ($last > max(self::SLOW, 3 * $first)) {
                $this->ended = $this->ended ?: 'slow';
            }
        }
    }

    private function askAgain(): void
    {
        $hits = 0;
        foreach ($this->sample as $number => [$machine, $path, $variant]) {
            if (($this->stopped)()) {
                return;
            }
            $hits += (int) $this->client->ask($machine, $path, $variant, 0)->hit();
            $this->hitAfter = (int) floor(100 * $hits / ($number + 1));
        }
    }

    /** @param list<float> $times */
    private static function median(array $times): float
    {
        sort($times);
        return $times[intdiv(count($times), 2)];
    }
}
