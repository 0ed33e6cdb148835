<?php
// For `bootdev db replace OLD`: the address of elsewhere, in every text of the site's database, becomes this replica's.
//
//   php replace-address.php OLD NEW     https://old.example, https://shop.localhost:8443 → one line for each table: its name, rows that changed
//
// Texts of PHP's serialize() say how long they are, at each depth: they are read and written again, without making anything of what they
// describe. No object is made, so no code of the site runs.
namespace bootdev;

/** Replaces in a text, also in what is serialised in it. */
final class AddressReplacement
{
    private array $patterns = [];
    private array $replacements = [];

    public function __construct(string $old, string $new)
    {
        $host = preg_replace('~^https?://|/+$~', '', $old);
        $to = rtrim($new, '/');
        // Another name may begin so, or with a dot and more: shop.example.com is not shop.example.
        $end = '(?![\w-]|\.[\w-]|:\d)';
        foreach ([['/', '/'], ['\\/', '\\/'], ['%2F', '%2F']] as [$slash, $written]) {
            $colon = $slash === '%2F' ? '%3A' : ':';
            $from = preg_quote(str_replace('/', $slash, $host), '~');
            $there = str_replace(['/', ':'], [$written, $colon], $to);
            $this->patterns[] = '~https?' . preg_quote($colon . $slash . $slash, '~') . $from . $end . '~i';
            $this->replacements[] = addcslashes($there, '\\$');
            // Without a scheme, as in src="//shop.example/…".
            $this->patterns[] = '~(?<![\w:]|%3A)' . preg_quote($slash . $slash, '~') . $from . $end . '~i';
            $this->replacements[] = addcslashes(preg_replace('~^https?' . preg_quote($colon, '~') . '~', '', $there), '\\$');
        }
    }

    public function in(string $text): string
    {
        $at = 0;
        $written = preg_match('/^(?:[sSaOCE]:\d+[:{]|[idb]:|N;)/', $text) ? $this->serialised($text, $at) : null;
        if ($written !== null && $at === strlen($text)) {
            return $written;
        }
        return preg_replace($this->patterns, $this->replacements, $text) ?? $text;
    }

    /** The value that begins at $at, written again; null: there is none. */
    private function serialised(string $text, int &$at): ?string
    {
        $start = $at;
        if (preg_match('/\G(?:N;|[bi]:-?\d+;|d:[-+.\dEINFAN]+;|[rR]:\d+;|E:\d+:"[\w\\\\:]+";)/', $text, $found, 0, $at)) {
            $at += strlen($found[0]);
            return $found[0];
        }
        if (preg_match('/\Gs:(\d+):"/', $text, $found, 0, $at)) {
            $from = $at + strlen($found[0]);
            $end = $from + (int) $found[1];
            if (substr($text, $end, 2) !== '";') {
                return null;
            }
            $at = $end + 2;
            $inner = $this->in(substr($text, $from, (int) $found[1]));
            return sprintf('s:%d:"%s";', strlen($inner), $inner);
        }
        if (preg_match('/\G(a:\d+|O:\d+:"[^"]*":\d+):\{/', $text, $found, 0, $at)) {
            $at += strlen($found[0]);
            $written = $found[0];
            while (($text[$at] ?? '') !== '}') {
                $part = $at < strlen($text) ? $this->serialised($text, $at) : null;
                if ($part === null) {
                    $at = $start;
                    return null;
                }
                $written .= $part;
            }
            $at++;
            return "$written}";
        }
        if (preg_match('/\G(C:\d+:"[^"]*"):(\d+):\{/', $text, $found, 0, $at)) {
            $from = $at + strlen($found[0]);
            $end = $from + (int) $found[2];
            if (($text[$end] ?? '') !== '}') {
                return null;
            }
            $at = $end + 1;
            $inner = $this->in(substr($text, $from, (int) $found[2]));
            return sprintf('%s:%d:{%s}', $found[1], strlen($inner), $inner);
        }
        return null;
    }
}

if (realpath($_SERVER['SCRIPT_FILENAME'] ?? '') !== __FILE__) {
    return;
}

[, $old, $new] = $argv;
$replacement = new AddressReplacement($old, $new);
$host = preg_replace('~^https?://|/+$~', '', $old);
$name = getenv('DB_NAME');
$password = trim((string) file_get_contents('/run/secrets/app/db-password'));
$database = new \PDO(
    sprintf('mysql:host=%s;port=%s;dbname=%s;charset=utf8mb4', getenv('DB_HOST'), getenv('DB_PORT'), $name),
    getenv('DB_USER'),
    $password,
    [\PDO::MYSQL_ATTR_SSL_CA => '/run/secrets/app/db-ca.pem', \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION, \PDO::ATTR_STRINGIFY_FETCHES => true],
);
$quote = static fn (string $name): string => '`' . str_replace('`', '``', $name) . '`';
$columns = $database->prepare(
    "SELECT c.table_name AS 'table', c.column_name AS 'column', c.column_key = 'PRI' AS 'key', c.data_type IN ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'json') AND c.extra NOT LIKE '%GENERATED%' AS 'text'
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = ? AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position",
);
$columns->execute([$name]);
$tables = [];
foreach ($columns->fetchAll(\PDO::FETCH_ASSOC) as ['table' => $table, 'column' => $column, 'key' => $key, 'text' => $isText]) {
    $tables[$table] ??= ['keys' => [], 'texts' => []];
    if ($key) {
        $tables[$table]['keys'][] = $column;
    } elseif ($isText) {
        $tables[$table]['texts'][] = $column;
    }
}

// The host alone finds each way that it may be written.
$needle = '%' . addcslashes($host, '%_\\') . '%';
$escaped = '%' . addcslashes(str_replace('/', '\\/', $host), '%_\\') . '%';
foreach ($tables as $table => ['keys' => $keys, 'texts' => $texts]) {
    if (!$texts) {
        continue;
    }
    if (!$keys) {
        fwrite(STDERR, "$table has no primary key: left as it is\n");
        continue;
    }
    $where = implode(' OR ', array_map(static fn ($text) => "{$quote($text)} LIKE ? OR {$quote($text)} LIKE ?", $texts));
    $values = array_merge(...array_fill(0, count($texts), [$needle, $escaped]));
    $list = static fn (array $names) => implode(', ', array_map($quote, $names));
    $found = $database->prepare("SELECT {$list($keys)} FROM {$quote($table)} WHERE $where");
    $found->execute($values);
    $ids = $found->fetchAll(\PDO::FETCH_NUM); // keys alone: the texts may be more than the memory
    $is = implode(' AND ', array_map(static fn ($key) => "{$quote($key)} = ?", $keys));
    $one = $database->prepare("SELECT {$list($texts)} FROM {$quote($table)} WHERE $is");
    $changed = 0;
    $database->beginTransaction();
    foreach ($ids as $number => $id) {
        $one->execute($id);
        $row = $one->fetch(\PDO::FETCH_ASSOC) ?: [];
        $new = array_filter(
            array_map(static fn ($text) => $text === null ? null : $replacement->in($text), $row),
            static fn ($text, $column) => $text !== $row[$column],
            ARRAY_FILTER_USE_BOTH,
        );
        if ($new) {
            $set = implode(', ', array_map(static fn ($column) => "{$quote($column)} = ?", array_keys($new)));
            $database->prepare("UPDATE {$quote($table)} SET $set WHERE $is")->execute([...array_values($new), ...$id]);
            $changed++;
        }
        if ($number % 1000 === 999) {
            $database->commit();
            $database->beginTransaction();
        }
    }
    $database->commit();
    if ($changed) {
        echo "$table $changed\n";
    }
}
