<?php
// Which of what is on the nodes counts: a row of WordPress' options, so it is beside the data that the cache is about, the same for every
// machine, and another one when the database is (a dump, an empty one). Read once a request, past $wpdb, whose results are others'.
namespace bootdev;

final class CacheGenerations
{
    private const OPTION = 'bootdev_object_cache';

    /** The row as it was read, and what it says; null: there is no table yet. */
    private string $text = '';
    /** @var array{nodes: string, tokens: array<string, string>, groups: array<string, string>}|null empty token: nobody uses the node */
    private ?array $row = null;

    /** @param list<string> $addresses */
    public function __construct(private readonly \mysqli $database, private readonly string $table, private readonly array $addresses)
    {
        $this->read();
        $list = implode(',', $addresses);
        if ($this->row !== null && $this->row['nodes'] !== $list) {
            $this->change(static fn (array $row): array => ['nodes' => $list, 'tokens' => array_fill_keys($addresses, 'new'), 'groups' => []]);
        }
    }

    /** What is stored with a value, and compared when it is read. Null: the node is not to be used. */
    public function of(string $address, string $group): ?string
    {
        $token = $this->row['tokens'][$address] ?? '';
        return $token === '' ? null : $token . ($this->row['groups'][$group] ?? '');
    }

    /** Whether somebody found the node silent, and nobody since that it answers. */
    public function isAway(string $address): bool
    {
        return ($this->row['tokens'][$address] ?? null) === '';
    }

    /** Nobody uses the node, as long as nobody says that it is back: it does not answer, or has missed a change. */
    public function away(string $address): void
    {
        $this->changeToken($address, '');
    }

    /** What it has is worthless: it may have missed something. */
    public function back(string $address): void
    {
        $this->changeToken($address, 'new');
    }

    /** Of one group, or of all: which it is too where so many groups were flushed that the row would grow for ever. */
    public function flush(?string $group): void
    {
        $this->change(static fn (array $row): array => $group === null || count($row['groups']) >= 100
            ? ['tokens' => array_map(static fn (string $token): string => $token === '' ? '' : 'new', $row['tokens']), 'groups' => []] + $row
            : ['groups' => [$group => 'new'] + $row['groups']] + $row);
    }

    private function changeToken(string $address, string $token): void
    {
        $this->read();
        if ($this->row !== null && (($this->row['tokens'][$address] ?? '') !== '' || $token !== '')) {
            $this->change(static fn (array $row): array => ['tokens' => [$address => $token] + $row['tokens']] + $row);
        }
    }

    /** Of the row that is there now, so that no two changes are one. Each token "new" becomes one that was never there. */
    private function change(\Closure $change): void
    {
        for ($try = 0; $try < 20 && $this->row !== null; $try++, $this->read()) {
            $row = $change($this->row);
            array_walk_recursive($row, static fn (string &$token) => $token = $token === 'new' ? bin2hex(random_bytes(8)) : $token);
            $text = json_encode($row, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
            if ($this->ask("UPDATE $this->table SET option_value = ? WHERE option_name = ? AND option_value = ?", $text, self::OPTION, $this->text)) {
                $this->text = $text;
                $this->row = $row;
                return;
            }
        }
    }

    private function read(): void
    {
        $select = "SELECT option_value FROM $this->table WHERE option_name = ?";
        $found = $this->ask($select, self::OPTION);
        if ($found === null) {
            $empty = json_encode(['nodes' => '', 'tokens' => (object) [], 'groups' => (object) []]);
            $this->ask("INSERT IGNORE INTO $this->table (option_name, option_value, autoload) VALUES (?, ?, 'no')", self::OPTION, $empty);
            $found = $this->ask($select, self::OPTION);
        }
        $row = is_string($found) ? json_decode($found, true) : null;
        $this->text = (string) $found;
        $this->row = is_array($row) ? ['nodes' => $row['nodes'] ?? '', 'tokens' => $row['tokens'] ?? [], 'groups' => $row['groups'] ?? []] : null;
    }

    /** The first value of a selection, null where there is no row; whether a change changed one; false for an error. */
    private function ask(string $query, string ...$values): string|bool|null
    {
        try {
            $asked = $this->database->prepare($query);
            if ($asked === false || !$asked->execute($values)) {
                return false;
            }
            $result = $asked->get_result();
            return $result === false ? $asked->affected_rows > 0 : ($result->fetch_row()[0] ?? null);
        } catch (\mysqli_sql_exception) {
            return false;
        }
    }
}
