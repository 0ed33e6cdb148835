<?php
// memcached as the object cache needs it. Each key has one node as its home, by rendezvous hashing: another number of nodes moves few of
// them, and no machine ever looks for a key elsewhere, where it would find what others no longer change. A value counts as long as its
// generation is that of now (cache-generations.php), so a node that has missed a change has nothing that counts.
namespace bootdev;

final class CacheNodes
{
    /** Milliseconds without a word, after which a node is away. */
    private const PATIENCE = 200;
    /** Seconds between two tries of a machine to find one back. */
    private const REST = 10;
    /** What a node says that is there. */
    private const ANSWERS = [
        \Memcached::RES_SUCCESS, \Memcached::RES_NOTSTORED, \Memcached::RES_DATA_EXISTS, \Memcached::RES_NOTFOUND, \Memcached::RES_E2BIG,
        \Memcached::RES_SERVER_MEMORY_ALLOCATION_FAILURE, \Memcached::RES_SERVER_ERROR, \Memcached::RES_CLIENT_ERROR,
        \Memcached::RES_PAYLOAD_FAILURE,
    ];
    /** More seconds than this are a date to memcached. */
    private const LONGEST = 30 * 86400;

    /** @var array<string, \Memcached> by address */
    private array $connections = [];
    /** @var array<string, bool> by address: whether this request uses it */
    private array $used = [];
    /** @var array<string, true> addresses of nodes that this request could not tell a change */
    private array $missed = [];

    /** @param list<string> $addresses host:port @param string $site whose keys these are, among all that is on the nodes */
    public function __construct(private readonly array $addresses, private readonly string $site, private readonly CacheGenerations $generations)
    {
    }

    /** @param list<string> $ids @return array<string, array{0?: mixed}> by id whose node answers: its value; empty: there is none */
    public function get(string $group, array $ids): array
    {
        $byHome = [];
        foreach ($ids as $id) {
            $byHome[$this->home($id)][$this->key($group, $id)] = $id;
        }
        $values = [];
        foreach ($byHome as $home => $keys) {
            $found = $this->ask($home, static fn (\Memcached $node) => $node->getMulti(array_keys($keys)));
            foreach (is_array($found) ? $keys : [] as $key => $id) {
                $values[$id] = $this->valid($home, $group, $found[$key] ?? null);
            }
        }
        return $values;
    }

    public function set(string $group, string $id, mixed $data, int $expire): void
    {
        $this->tell($group, $id, fn (\Memcached $node, string $key, string $home) => $node->set($key, $this->stored($home, $group, $data), self::seconds($expire)));
    }

    /** Null: its node does not answer. */
    public function delete(string $group, string $id): ?bool
    {
        return $this->tell($group, $id, static fn (\Memcached $node, string $key) => $node->delete($key));
    }

    /** False: there is one. Null: its node does not answer. */
    public function add(string $group, string $id, mixed $data, int $expire): ?bool
    {
        return $this->tell($group, $id, function (\Memcached $node, string $key, string $home) use ($group, $data, $expire): bool {
            $stored = $this->stored($home, $group, $data);
            if ($node->add($key, $stored, self::seconds($expire)) || $node->getResultCode() !== \Memcached::RES_NOTSTORED) {
                return true;
            }
            $there = $node->get($key, null, \Memcached::GET_EXTENDED);
            if (!is_array($there) || $this->valid($home, $group, $there['value'])) {
                return false;
            }
            return $node->cas($there['cas'], $key, $stored, self::seconds($expire)); // over one that no longer counts
        });
    }

    /**
     * Makes another value of the one that is there, and nobody's change between is lost.
     * @param \Closure(mixed): array{mixed} $change
     * @return array{mixed}|false|null the new value; false: there is none; null: its node does not answer
     */
    public function change(string $group, string $id, \Closure $change, int $expire): array|false|null
    {
        return $this->tell($group, $id, function (\Memcached $node, string $key, string $home) use ($group, $change, $expire): array|false {
            for ($try = 0; $try < 20; $try++) {
                $there = $node->get($key, null, \Memcached::GET_EXTENDED);
                $value = is_array($there) ? $this->valid($home, $group, $there['value']) : [];
                if (!$value) {
                    return false;
                }
                $new = $change($value[0]);
                if ($node->cas($there['cas'], $key, $this->stored($home, $group, $new[0]), self::seconds($expire)) || $node->getResultCode() !== \Memcached::RES_DATA_EXISTS) {
                    return $new;
                }
            }
            return false;
        });
    }

    /** What is on the nodes of one group, or of all, no longer counts. What others keep there stays. */
    public function forget(?string $group = null): void
    {
        $this->generations->flush($group);
    }

    /** At the request's end: somebody may have found a node back since it missed a change of this request. */
    public function close(): void
    {
        array_map($this->generations->away(...), array_keys($this->missed));
        $this->missed = [];
    }

    /** A change at a key's home. Null: it does not answer, and so has missed it. */
    private function tell(string $group, string $id, \Closure $change): mixed
    {
        $home = $this->home($id);
        $key = $this->key($group, $id);
        $result = $this->ask($home, static function (\Memcached $node) use ($change, $key, $home): mixed {
            try {
                $result = $change($node, $key, $home);
                $code = $node->getResultCode();
            } catch (\Exception) { // of values that cannot be serialized
                $result = true;
                $code = \Memcached::RES_PAYLOAD_FAILURE;
            }
            if (!in_array($code, [\Memcached::RES_SUCCESS, \Memcached::RES_NOTSTORED, \Memcached::RES_DATA_EXISTS, \Memcached::RES_NOTFOUND], true)) {
                $node->delete($key); // too large, say: then nobody has the old one either
            }
            return $result;
        }, $answered);
        if ($answered) {
            return $result;
        }
        if (!isset($this->missed[$home])) {
            $this->missed[$home] = true;
            $this->generations->away($home);
        }
        return null;
    }

    /** What a node answers; null where it does not. */
    private function ask(string $address, \Closure $question, ?bool &$answered = null): mixed
    {
        $answered = false;
        if (!($this->used[$address] ??= $this->mayUse($address))) {
            return null;
        }
        $node = $this->connections[$address] ??= self::connect($address);
        $answer = $question($node);
        $answered = in_array($node->getResultCode(), self::ANSWERS, true);
        if ($answered) {
            return $answer;
        }
        error_log("object cache: memcached $address does not answer: {$node->getResultMessage()}");
        apcu_store("bootdev-rest-$address", 1, self::REST);
        $this->used[$address] = false;
        $this->generations->away($address);
        return null;
    }

    /** Of a node that is away one request of a machine finds out whether it is back; the others leave it alone. */
    private function mayUse(string $address): bool
    {
        if (!$this->generations->isAway($address)) {
            return $this->generations->of($address, '') !== null;
        }
        if (apcu_enabled() && !apcu_add("bootdev-rest-$address", 1, self::REST)) {
            return false;
        }
        $node = self::connect($address);
        $node->get($this->keyOf('is it there?'));
        if (!in_array($node->getResultCode(), self::ANSWERS, true)) {
            return false;
        }
        $this->connections[$address] = $node;
        $this->generations->back($address);
        return true;
    }

    /** The highest number wins: another node takes its share of the keys, and all others stay where they are. */
    private function home(string $id): string
    {
        $numbers = array_map(static fn (string $address): string => 'x' . hash('xxh64', "$address $id"), $this->addresses);
        return $this->addresses[array_search(max($numbers), $numbers, true)];
    }

    /** Of any length and with any byte in it; and who may look into a node learns no name. */
    private function key(string $group, string $id): string
    {
        return $this->keyOf("$group\0$id");
    }

    private function keyOf(string $name): string
    {
        return 'object.' . hash('sha256', "$this->site $name");
    }

    /** @return array{0: ?string, 1: mixed} */
    private function stored(string $home, string $group, mixed $data): array
    {
        return [$this->generations->of($home, $group), $data];
    }

    /** @return array{0?: mixed} the value, where it counts */
    private function valid(string $home, string $group, mixed $stored): array
    {
        return is_array($stored) && $stored[0] !== null && $stored[0] === $this->generations->of($home, $group) ? [$stored[1]] : [];
    }

    private static function seconds(int $expire): int
    {
        return match (true) {
            $expire < 0 => -1,
            $expire > self::LONGEST => time() + $expire,
            default => $expire,
        };
    }

    private static function connect(string $address): \Memcached
    {
        [$host, $port] = explode(':', $address);
        $node = new \Memcached();
        $node->setOptions([
            \Memcached::OPT_CONNECT_TIMEOUT => self::PATIENCE,
            \Memcached::OPT_POLL_TIMEOUT => self::PATIENCE,
            \Memcached::OPT_SEND_TIMEOUT => self::PATIENCE * 1000,
            \Memcached::OPT_RECV_TIMEOUT => self::PATIENCE * 1000,
            \Memcached::OPT_TCP_NODELAY => true,
        ]);
        $node->addServer($host, (int) $port);
        return $node;
    }
}
