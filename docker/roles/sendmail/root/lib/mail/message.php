<?php
// The header of a mail, as RFC 5322 has it and as sites write it.

/** Fields in their order: name, and value with its folds. @return list<array{string, string}> */
function fields(string $head): array
{
    $lines = $head === '' ? [] : preg_split('/\n(?![ \t])/', rtrim($head, "\n"));
    $fields = [];
    foreach ($lines as $line) {
        [$name, $value] = explode(':', $line, 2) + [1 => ''];
        // A line of blanks alone within a fold would end the header for some.
        $fields[] = [rtrim($name), trim(preg_replace('/\n[ \t]+(?=\n|$)/', '', $value))];
    }
    return $fields;
}

function has(array $fields, string $name): bool
{
    return in_array($name, array_map(fn ($field) => strtolower($field[0]), $fields), true);
}

/** The values of all fields of these names, as one list of addresses. */
function values(array $fields, string ...$names): string
{
    return implode(', ', array_column(array_filter($fields, fn ($field) => in_array(strtolower($field[0]), $names, true)), 1));
}

/** Name (as it is written: quoted, encoded, or none) and address of each mailbox in a list. @return list<array{string, string}> */
function mailboxes(string $text): array
{
    $text = preg_replace('/\s+/', ' ', $text);
    // "quoted", (a (nested) comment), <address>, what separates; else what is up to there, or a quote that never ends.
    preg_match_all('/"(?:[^"\\\\]|\\\\.)*"|(\((?:[^()\\\\]|\\\\.|(?1))*\))|<[^<>]*>|[,;:]|[^"(<,;:]+|./', $text, $found);
    $mailboxes = [];
    $words = $comment = '';
    $address = null;
    foreach ([...$found[0] ?? [], ','] as $token) {
        if ($token === ':') {
            $words = ''; // the name of a group
        } elseif ($token !== ',' && $token !== ';') {
            if ($token[0] === '<') $address = trim($token, '<> ');
            elseif ($token[0] === '(') $comment = trim(substr($token, 1, -1));
            else $words .= $token;
        } else {
            if ($address !== null) $mailboxes[] = [trim($words), $address];
            elseif (trim($words) !== '') $mailboxes[] = [$comment, trim($words)];
            [$words, $comment, $address] = ['', '', null];
        }
    }
    return $mailboxes;
}

/** @return list<string> */
function addresses(string $text): array
{
    return array_column(mailboxes($text), 1);
}

/** One that every mail server takes: letters of other alphabets need an encoding that SES does not have. */
function is_address(string $text): bool
{
    $local = '(?:[a-z0-9!#$%&\'*+\/=?^_`{|}~.-]+|"(?:[^"\\\\\x00-\x1f\x7f-\xff]|\\\\[\x20-\x7e])+")';
    return strlen($text) <= 254 && preg_match("/^$local@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/iD", $text) === 1;
}

/** `$name`: as `mailboxes` has it. */
function mailbox(string $name, string $address): string
{
    $name = trim(preg_replace('/\s+/', ' ', $name));
    // No line of a header is longer than 998 bytes; a name that is, is none.
    if ($name === '' || strlen($name) > 900) return $address;
    // Quoted and encoded words stay; what else would end the name early, and some write so, is quoted.
    $words = preg_split('/("(?:[^"\\\\]|\\\\.)*"|=\?[^?\s]+\?[bq]\?[^?\s]*\?=)/i', $name, -1, PREG_SPLIT_DELIM_CAPTURE);
    foreach ($words as $at => $word) {
        if ($at % 2 === 1 || !preg_match('/[()<>@,;:\\\\".\[\]]/', $word)) continue;
        $words[$at] = preg_replace_callback('/^( *)(.*?)( *)$/s', fn ($part) => $part[1] . '"' . addcslashes(str_replace('"', '', $part[2]), '\\') . '"' . $part[3], $word);
    }
    $name = implode('', $words);
    return strlen("From: $name <$address>") > 78 ? "$name\n <$address>" : "$name <$address>";
}
