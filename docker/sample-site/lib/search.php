<?php
// Solr without a client library: JSON over HTTP. SOLR_URL is the core's address; empty where the site has no search.
declare(strict_types=1);

const LANGUAGES = ['en' => 'English', 'de' => 'German', 'fr' => 'French'];

/** A request to the core; a parameter with several values is a list. Throws Solr's own message when it refuses. */
function solr(string $path, array $parameters, ?array $body = null): array
{
    $pairs = [];
    foreach ($parameters as $name => $values) {
        foreach ((array) $values as $value) {
            $pairs[] = rawurlencode($name) . '=' . rawurlencode((string) $value);
        }
    }
    $call = curl_init(setting('SOLR_URL') . $path . '?' . implode('&', $pairs));
    curl_setopt_array($call, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT_MS => 5000]
        + ($body === null ? [] : [CURLOPT_POSTFIELDS => json_encode($body, JSON_THROW_ON_ERROR), CURLOPT_HTTPHEADER => ['Content-Type: application/json']]));
    $answer = curl_exec($call);
    if ($answer === false) {
        throw new RuntimeException('Solr does not answer: ' . curl_error($call));
    }
    $answer = json_decode($answer, true);
    if (!is_array($answer) || isset($answer['error'])) {
        throw new RuntimeException('Solr says: ' . ($answer['error']['msg'] ?? curl_getinfo($call, CURLINFO_RESPONSE_CODE)));
    }
    return $answer;
}

/** The sample's texts, written into the index unless they are there already. The fields are those of Drupal's Search API. */
function index_texts(): void
{
    $texts = require __DIR__ . '/texts.php';
    if (solr('/select', ['q' => '*:*', 'fq' => 'index_id:sample', 'rows' => 0])['response']['numFound'] === count($texts)) {
        return;
    }
    $documents = [];
    foreach ($texts as $number => [$language, $page, $title, $body]) {
        $documents[] = [
            'id' => "sample-$number",
            'index_id' => 'sample',
            'ss_search_api_language' => $language,
            'zs_page' => $page,
            "tm_X3b_{$language}_title" => [$title],
            "tm_X3b_{$language}_body" => [$body],
            'twm_suggest' => [$title],
        ];
    }
    solr('/update', ['commit' => 'true'], $documents);
    solr('/suggest', ['suggest.buildAll' => 'true']); // otherwise within half a minute
}

/** All languages at once: each field follows its own language's rules. Of a longer query a quarter of the words may be missing. */
function find(string $words): array
{
    $fields = array_map(fn (string $language): string => "tm_X3b_{$language}_title^3 tm_X3b_{$language}_body", array_keys(LANGUAGES));
    return solr('/select', [
        'q' => $words,
        'defType' => 'edismax',
        'qf' => implode(' ', $fields),
        'mm' => '2<75%',
        'fq' => 'index_id:sample',
        'hl' => 'true',
        'hl.fl' => 'tm_X3b_*',
        'hl.encoder' => 'simple', // highlighted() escapes
        'hl.tag.pre' => "\x02",
        'hl.tag.post' => "\x03",
        'spellcheck' => 'true',
        'spellcheck.dictionary' => array_keys(LANGUAGES),
    ]);
}

/** @return list<string> Titles with a word that begins like the last one typed. */
function suggestions(string $words): array
{
    $answer = solr('/suggest', ['suggest.q' => $words, 'suggest.count' => 5])['suggest']['und'][$words]['suggestions'] ?? [];
    return array_map(fn (array $found): string => strip_tags($found['term']), $answer);
}

function highlighted(string $text): string
{
    return strtr(h($text), ["\x02" => '<mark>', "\x03" => '</mark>']);
}
