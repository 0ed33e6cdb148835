<?php
// Sessions in memcached, for applications that have nothing better (PHP's own handling: an application may set another handler). In place of
// the extension's handler, which fails while a node is gone: after two seconds it tries the lost node again and gives the session up.
namespace bootdev;

/**
 * Each session is on two nodes, chosen by its id, the same on every machine. It is read from both, the newer one counts; so a node that is gone, or
 * comes back empty, loses none. A visitor's requests wait for each other, by a lock on the first of the two that answers.
 */
final class Sessions implements \SessionHandlerInterface, \SessionUpdateTimestampHandlerInterface
{
    /** Milliseconds that a node may take to answer; seconds that one that did not is left alone, by all processes of this machine. */
    private const PATIENCE = 250;
    private const REST = 2;
    /** How often it is asked for again where none of a session's nodes has answered: a busy one may be late. */
    private const TRIES = 3;
    /** Milliseconds between two looks at a lock. */
    private const STEP = 25;
    /** What a node says that is there. */
    private const ANSWERS = [
        \Memcached::RES_SUCCESS, \Memcached::RES_NOTSTORED, \Memcached::RES_DATA_EXISTS, \Memcached::RES_NOTFOUND,
        \Memcached::RES_E2BIG, \Memcached::RES_SERVER_MEMORY_ALLOCATION_FAILURE, \Memcached::RES_SERVER_ERROR, \Memcached::RES_CLIENT_ERROR,
    ];

    /** @var array<string, \Memcached> by address, each with a connection of its own */
    private array $nodes = [];
    /** @var array{0: string, 1: string}|null address and key */
    private ?array $lock = null;

    public static function register(): void
    {
        // What the settings say, unless the application has its own.
        if (ini_get('session.save_handler') === 'memcached') {
            session_set_save_handler(new self(), true);
        }
    }

    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function read(string $id): string|false
    {
        return $this->lock($id) ? $this->newest($id)[1] ?? false : false;
    }

    public function write(string $id, string $data): bool
    {
        $value = sprintf('%.6F', microtime(true)) . "|$data";
        $lifetime = (int) ini_get('session.gc_maxlifetime');
        for ($written = false, $try = 0; !$written && $try < self::TRIES; $try++) {
            foreach ($this->homes($id) as $address) {
                $written = $this->ask($address, fn (\Memcached $node) => $node->set(self::key($id), $value, $lifetime), $answered) || $written;
                $refused = $answered; // too large, say: another try would not help
            }
            if ($refused) {
                break;
            }
        }
        return $written;
    }

    /** Unchanged data is written all the same: a node that came back empty has it again. */
    public function updateTimestamp(string $id, string $data): bool
    {
        return $this->write($id, $data);
    }

    public function validateId(string $id): bool
    {
        return ($this->newest($id)[0] ?? 0.0) > 0.0;
    }

    public function destroy(string $id): bool
    {
        foreach ($this->homes($id) as $address) {
            $this->ask($address, fn (\Memcached $node) => $node->delete(self::key($id)));
        }
        return true;
    }

    public function close(): bool
    {
        if ($this->lock) {
            [$address, $key] = $this->lock;
            $this->lock = null;
            $this->ask($address, fn (\Memcached $node) => $node->delete($key));
        }
        return true;
    }

    public function gc(int $lifetime): int
    {
        return 0; // memcached forgets by itself
    }

    /** Waits for as long as a request may run; a lock ends with the time of the request that has it, whatever became of that. */
    private function lock(string $id): bool
    {
        $longest = max(1, (int) ini_get('memcached.sess_lock_expire'));
        $silent = 0;
        $token = bin2hex(random_bytes(8));
        $doubt = false; // a node that was late may have given the lock all the same
        for ($end = microtime(true) + $longest; microtime(true) < $end; usleep(self::STEP * 1000)) {
            $held = false;
            foreach ($this->homes($id) as $address) {
                $key = self::key($id) . '.lock';
                if (
                    $this->ask($address, fn (\Memcached $node) => $node->add($key, $token, $longest), $answered)
                    || ($doubt && $this->ask($address, fn (\Memcached $node) => $node->get($key)) === $token)
                ) {
                    $this->lock = [$address, $key];
                    return true;
                }
                if ($answered) {
                    $held = true;
                    break;
                }
                $doubt = true;
            }
            if (!$held && ++$silent === self::TRIES) {
                return false; // no node at all
            }
        }
        return false;
    }

    /** @return array{0: float, 1: string}|null when it was written (0: there is none), and what; null where no node answers */
    private function newest(string $id): ?array
    {
        $newest = [0.0, ''];
        for ($any = false, $try = 0; !$any && $try < self::TRIES; $try++) {
            foreach ($this->homes($id) as $address) {
                $value = $this->ask($address, fn (\Memcached $node) => $node->get(self::key($id)), $answered);
                $any = $any || $answered;
                [$time, $data] = explode('|', is_string($value) ? $value : '0|', 2);
                if ((float) $time > $newest[0]) {
                    $newest = [(float) $time, $data];
                }
            }
        }
        return $any ? $newest : null;
    }

    /** Whatever a visitor sends as an id, and of whatever length: memcached takes it, and who may look into it learns no id. */
    private static function key(string $id): string
    {
        return 'session.' . hash('sha256', $id);
    }

    /** @return list<string> the two nodes of a session, first the one that has its lock; those left alone only where there is no other */
    private function homes(string $id): array
    {
        $addresses = explode(',', (string) ini_get('session.save_path'));
        usort($addresses, fn (string $a, string $b) => md5("$b $id") <=> md5("$a $id"));
        $homes = array_slice($addresses, 0, 2);
        return array_values(array_filter($homes, fn (string $address) => !apcu_exists("bootdev-gone-$address"))) ?: $homes;
    }

    /** What a node answers; false, with `$answered` false, where it does not. */
    private function ask(string $address, callable $question, ?bool &$answered = null): mixed
    {
        $node = $this->nodes[$address] ??= $this->connect($address);
        $answer = $question($node);
        $answered = in_array($node->getResultCode(), self::ANSWERS, true);
        if (!$answered) {
            error_log("sessions: memcached $address does not answer: {$node->getResultMessage()}");
            apcu_store("bootdev-gone-$address", 1, self::REST);
            unset($this->nodes[$address]);
        }
        return $answered ? $answer : false;
    }

    private function connect(string $address): \Memcached
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
