<?php
// Which addresses there are: of the sitemaps, or where there is none, of a walk from the front page. All of it is what the site says, and
// bounded: how many files, how long, how deep.
namespace bootdev\warm;

final class Addresses
{
    private const ROBOTS = 512 << 10; // bytes
    private const SITEMAPS = 50; // files in all
    private const SITEMAP = 10 << 20; // bytes of one, compressed or not: what is behind them is not read
    private const TOGETHER = 60 << 20; // bytes of all
    private const PAGE = 2 << 20; // bytes of a page that is searched for links
    private const LINKS = 500; // of a page
    private const DEPTH = 3; // clicks from the front page
    private const SECONDS = 120; // for all of this

    public string $source = '';
    /** @var list<string> what was left out, for the report */
    public array $notes = [];
    private readonly float $end;
    private int $files = 0;
    private int $bytes = 0;
    private int $turn = 0;

    /**
     * @param list<string> $machines
     * @param array{sitemaps: list<string>, pages: int} $rules
     * @param \Closure(Answer): void $asked hears of each page that the walk asked for
     * @param \Closure(): bool $stopped
     */
    public function __construct(private readonly Site $site, private readonly Client $client, private readonly array $machines, private readonly array $rules, private readonly \Closure $asked, private readonly \Closure $stopped)
    {
        $this->end = Client::now() + self::SECONDS;
    }

    /** @return list<string> paths, the front page first */
    public function all(): array
    {
        $robots = $this->robots();
        $found = ['/' => true];
        foreach ([$robots['sitemaps'], $this->rules['sitemaps']] as $candidates) {
            foreach ($candidates as $path) {
                $this->sitemap($path, $found);
                if (count($found) > 1 && $candidates !== $robots['sitemaps']) {
                    break; // the application's others are the same by another name
                }
            }
            if (count($found) > 1) {
                $this->source = 'sitemap';
                return array_keys($found);
            }
        }
        $this->source = 'links';
        return $this->walk($robots['refused']);
    }

    /** @return array{sitemaps: list<string>, refused: list<array{string, bool}>} what is meant for all: beginnings of paths, and whether they are allowed */
    private function robots(): array
    {
        $answer = $this->ask('/robots.txt', '', self::ROBOTS);
        $said = ['sitemaps' => [], 'refused' => []];
        if ($answer->status !== 200) {
            return $said;
        }
        $forUs = $inNames = false;
        foreach (array_slice(preg_split('/\R/', $answer->body), 0, 5000) as $line) {
            if (!preg_match('/^\s*([a-z-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/i', $line, $found)) {
                continue;
            }
            [, $name, $value] = $found;
            $name = strtolower($name);
            if ($name === 'user-agent') {
                $forUs = ($inNames && $forUs) || $value === '*' || stripos('bootdev-warm', $value) === 0;
            } elseif ($name === 'sitemap' && ($path = $this->site->path($value)) !== null) {
                $said['sitemaps'][] = $path;
            } elseif (in_array($name, ['allow', 'disallow'], true) && $forUs && $value !== '') {
                $said['refused'][] = [$value, $name === 'allow'];
            }
            $inNames = $name === 'user-agent';
        }
        return $said;
    }

    /** @param array<string, true> $found */
    private function sitemap(string $first, array &$found): void
    {
        $waiting = [$first];
        $seen = [$first => true];
        while (($path = array_shift($waiting)) !== null && !isset($this->notes['pages'])) {
            if ($this->files >= self::SITEMAPS || $this->bytes >= self::TOGETHER || Client::now() > $this->end) {
                $this->notes['files'] = "more than {$this->files} sitemaps: the others were not read";
                return;
            }
            if (($this->stopped)()) {
                return;
            }
            $this->files++;
            $answer = $this->ask($path, '', self::SITEMAP);
            if ($answer->status >= 300 && $answer->status < 400 && ($other = $this->site->path($answer->location, $path)) !== null && !isset($seen[$other])) {
                $seen[$other] = true; // by hand, since only the site's own host is meant
                $waiting[] = $other;
            }
            if ($answer->status !== 200) {
                continue;
            }
            $text = Text::plain($answer->body, self::SITEMAP, $cut);
            $this->bytes += strlen($text);
            if ($cut || $answer->cut) {
                $this->notes[] = "$path: only its first " . (self::SITEMAP >> 20) . ' MB were read';
            }
            foreach ($this->read($path, $text) as $kind => $address) {
                if (($own = $this->site->path($address)) === null) {
                    $this->notes['elsewhere'] = 'addresses of other hosts were left out';
                } elseif ($kind === 'sitemap' && !isset($seen[$own]) && count($seen) < 1000) {
                    $seen[$own] = true;
                    $waiting[] = $own;
                } elseif ($kind === 'page' && $this->site->mayBeStored($own)) {
                    if (count($found) >= $this->rules['pages'] && !isset($found[$own])) {
                        $this->notes['pages'] = "more than {$this->rules['pages']} addresses (cache.warmPages): the others were left out";
                        return;
                    }
                    $found[$own] = true;
                }
            }
        }
    }

    /** @return \Generator<string, string> 'page' or 'sitemap' → address. No entity is replaced but XML's own five, nothing is loaded, and a DOCTYPE ends it. */
    private function read(string $path, string $text): \Generator
    {
        libxml_use_internal_errors(true);
        if (stripos(substr($text, 0, 65_536), '<!DOCTYPE') !== false) {
            $this->notes[] = "$path has a DOCTYPE, which no sitemap has: not read";
            return;
        }
        if ($text === '' || !($reader = \XMLReader::XML($text, null, LIBXML_NONET | LIBXML_COMPACT))) {
            return;
        }
        $kind = null;
        while (@$reader->read()) {
            if ($reader->nodeType === \XMLReader::DOC_TYPE) {
                return; // in another character set
            }
            if ($reader->nodeType !== \XMLReader::ELEMENT) {
                continue;
            }
            if ($reader->depth === 0) {
                $kind = ['urlset' => 'page', 'sitemapindex' => 'sitemap'][$reader->localName] ?? null;
                if ($kind === null) {
                    return;
                }
            } elseif ($reader->depth === 2 && $reader->localName === 'loc') {
                yield $kind => $reader->readString();
            }
            libxml_clear_errors();
        }
    }

    /** @param list<array{string, bool}> $refused; @return list<string> paths that answered with a page */
    private function walk(array $refused): array
    {
        $found = [];
        $seen = ['/' => true];
        $level = ['/'];
        for ($depth = 0; $depth <= self::DEPTH && $level; $depth++) {
            $next = [];
            foreach ($level as $path) {
                if (count($found) >= $this->rules['pages'] || Client::now() > $this->end || ($this->stopped)()) {
                    $this->notes[] = 'the walk from the front page ended after ' . count($found) . ' pages: there are more';
                    return $found;
                }
                $answer = $this->ask($path, 'gzip', self::PAGE);
                ($this->asked)($answer);
                if ($answer->failed() && count($found) === 0 && $path === '/') {
                    return [];
                }
                $links = [];
                if ($answer->status >= 300 && $answer->status < 400) {
                    $links = [$answer->location];
                } elseif ($answer->status === 200 && str_starts_with(strtolower($answer->type), 'text/html')) {
                    $found[] = $path;
                    $links = $this->links(Text::plain($answer->body, self::PAGE, $cut));
                }
                foreach ($links as $link) {
                    $own = $this->site->path($link, $path);
                    if ($own !== null && !isset($seen[$own]) && count($seen) < 20_000 && !str_contains($own, '?') && $this->site->mayBeStored($own) && self::allows($refused, $own)) {
                        $seen[$own] = true;
                        $next[] = $own;
                    }
                }
            }
            $level = $next;
        }
        return $found;
    }

    /** @return list<string> */
    private function links(string $html): array
    {
        $links = [];
        preg_match_all('~<a\s[^>]{0,2000}>~i', $html, $all);
        foreach (array_slice($all[0] ?? [], 0, self::LINKS) as $tag) {
            if (preg_match('~\shref\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s>"\']+))~i', $tag, $found) && !preg_match('~\srel\s*=\s*["\']?[^"\'>]*\bnofollow\b~i', $tag) && !preg_match('~\sdownload[\s=>]~i', $tag)) {
                $links[] = html_entity_decode(end($found), ENT_QUOTES | ENT_HTML5);
            }
        }
        return $links;
    }

    /** The longest rule decides; of two alike the one that allows. `*` is anything, `$` the end. @param list<array{string, bool}> $rules */
    public static function allows(array $rules, string $path): bool
    {
        $longest = -1;
        $allowed = true;
        foreach ($rules as [$pattern, $allows]) {
            $expression = str_replace(['\*', '\$'], ['.*', '$'], preg_quote(substr($pattern, 0, 200), '~'));
            if (strlen($pattern) >= $longest && @preg_match("~^$expression~", $path) === 1 && (strlen($pattern) > $longest || $allows)) {
                $longest = strlen($pattern);
                $allowed = $allows;
            }
        }
        return $allowed;
    }

    /** The machines take turns: one that is away costs a second, not the run. */
    private function ask(string $path, string $encoding, int $most): Answer
    {
        for ($try = 1; ; $try++) {
            $machine = $this->machines[$this->turn++ % count($this->machines)];
            $answer = $this->client->ask($machine, $path, $encoding, $most);
            if ($answer->error === '' || $try >= count($this->machines)) {
                return $answer;
            }
        }
    }
}

final class Text
{
    /** What was compressed as gzip, up to `most` bytes: a small file may be a very long text. */
    public static function plain(string $bytes, int $most, ?bool &$cut): string
    {
        $cut = false;
        if (!str_starts_with($bytes, "\x1f\x8b")) {
            return $bytes;
        }
        $inflate = inflate_init(ZLIB_ENCODING_GZIP);
        $text = '';
        foreach (str_split($bytes, 1024) as $piece) { // a kilobyte makes a megabyte at most
            $more = @inflate_add($inflate, $piece);
            if ($more === false) {
                break;
            }
            $text .= $more;
            if (strlen($text) > $most) {
                $cut = true;
                return substr($text, 0, $most);
            }
        }
        return $text;
    }
}
