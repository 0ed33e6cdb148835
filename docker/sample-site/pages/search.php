<?php
require __DIR__ . '/../lib/search.php';

$words = mb_substr(trim((string) ($_GET['q'] ?? '')), 0, 200);
index_texts();
$link = fn (string $text): string => '<a href="/search?q=' . rawurlencode($text) . '">' . h($text) . '</a>';

$found = '';
if ($words !== '') {
    ['response' => $response, 'highlighting' => $marked] = $answer = find($words);
    foreach ($response['docs'] as $document) {
        $language = $document['ss_search_api_language'];
        $shown = fn (string $field): string => highlighted($marked[$document['id']][$field][0] ?? $document[$field][0]);
        $found .= "<li lang=\"$language\"><a href=\"" . h($document['zs_page']) . '">' . $shown("tm_X3b_{$language}_title") . '</a> ' . $shown("tm_X3b_{$language}_body")
            . '<small lang="en">' . LANGUAGES[$language] . '</small></li>';
    }
    // Solr's list alternates: the word "collation", then words that would have found something.
    $instead = $response['numFound'] === 0 ? array_diff($answer['spellcheck']['collations'] ?? [], ['collation']) : [];
    $hints = array_unique([...array_slice($instead, 0, 1), ...suggestions($words)]);
    $found = '<p role="status">' . ($response['numFound'] ?: 'No') . ($response['numFound'] === 1 ? ' text' : ' texts') . ' found.</p>'
        . ($hints ? '<p>Or did you mean: ' . implode(' · ', array_map($link, $hints)) . '</p>' : '') . "<ul class=\"entries\">$found</ul>";
}
page('Search', '
    <form role="search">
      <label>Words, in English, German or French <input type="search" name="q" maxlength="200" value="' . h($words) . '"></label>
      <button>Search</button>
    </form>
    <p>Try ' . $link('machines') . ', ' . $link('Verbindung') . ', ' . $link('visiteur') . ', or with a typing error: ' . $link('memcachd') . '.</p>' . $found);
