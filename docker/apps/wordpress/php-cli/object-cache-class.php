<?php
// WordPress' own class keeps what this request has seen, by all its rules; this one asks the nodes for what is missing there, and tells them
// what changes. Parameters and results are WordPress'.
namespace bootdev;

require_once ABSPATH . WPINC . '/class-wp-object-cache.php';

final class ObjectCache extends \WP_Object_Cache
{
    /** @var array<string, true> groups that no other request sees */
    private array $ofRequest = [];
    private string $blog = '';

    public function __construct(private readonly CacheNodes $nodes)
    {
        parent::__construct();
        $this->switch_to_blog(get_current_blog_id());
    }

    public function add($key, $data, $group = 'default', $expire = 0)
    {
        if (!$this->isShared($key, $group)) {
            return parent::add($key, $data, $group, $expire);
        }
        if (wp_suspend_cache_addition() || $this->isHere($key, $group)) {
            return false;
        }
        return $this->nodes->add($group, $this->id($key, $group), $data, $expire) !== false && parent::set($key, $data, $group);
    }

    public function replace($key, $data, $group = 'default', $expire = 0)
    {
        if (!$this->isShared($key, $group)) {
            return parent::replace($key, $data, $group, $expire);
        }
        $replace = fn (): array => [$data];
        if (($this->nodes->change($group, $this->id($key, $group), $replace, $expire) ?? $this->isHere($key, $group)) === false) {
            parent::delete($key, $group);
            return false;
        }
        return parent::set($key, $data, $group);
    }

    public function set($key, $data, $group = 'default', $expire = 0)
    {
        if ($this->isShared($key, $group)) {
            $this->nodes->set($group, $this->id($key, $group), $data, $expire);
        }
        return parent::set($key, $data, $group);
    }

    public function get($key, $group = 'default', $force = false, &$found = null)
    {
        $this->learn([$key], $group, $force);
        return parent::get($key, $group, false, $found);
    }

    public function get_multiple($keys, $group = 'default', $force = false)
    {
        $this->learn((array) $keys, $group, $force);
        $values = [];
        foreach ($keys as $key) {
            $values[$key] = parent::get($key, $group);
        }
        return $values;
    }

    public function delete($key, $group = 'default', $deprecated = false)
    {
        $wasThere = $this->isShared($key, $group) && $this->nodes->delete($group, $this->id($key, $group));
        return parent::delete($key, $group) || $wasThere;
    }

    public function incr($key, $offset = 1, $group = 'default')
    {
        return $this->count($key, (int) $offset, $group) ?? parent::incr($key, $offset, $group);
    }

    public function decr($key, $offset = 1, $group = 'default')
    {
        return $this->count($key, -(int) $offset, $group) ?? parent::decr($key, $offset, $group);
    }

    public function flush()
    {
        $this->nodes->forget();
        return parent::flush();
    }

    public function flush_group($group)
    {
        isset($this->ofRequest[$group]) || $this->nodes->forget((string) $group);
        return parent::flush_group($group);
    }

    /** What this request has seen, alone: long scripts do so to have their memory back. */
    public function flush_runtime()
    {
        return parent::flush();
    }

    public function close(): void
    {
        $this->nodes->close();
    }

    public function add_non_persistent_groups($groups): void
    {
        $this->ofRequest += array_fill_keys((array) $groups, true);
    }

    public function switch_to_blog($blog_id): void
    {
        parent::switch_to_blog($blog_id);
        $this->blog = is_multisite() ? (int) $blog_id . ':' : '';
    }

    /** Has here what the nodes have. Where none answers, what is here stays. */
    private function learn(array $keys, mixed $group, bool $force): void
    {
        $byId = [];
        foreach ($keys as $key) {
            if ($this->isShared($key, $group) && ($force || !$this->isHere($key, $group))) {
                $byId[$this->id($key, $group)] = $key;
            }
        }
        foreach ($byId ? $this->nodes->get((string) ($group ?: 'default'), array_map(strval(...), array_keys($byId))) : [] as $id => $value) {
            $value ? parent::set($byId[$id], $value[0], $group) : parent::delete($byId[$id], $group);
        }
    }

    /** As WordPress counts: from 0 where it is no number, never below 0. Null: as if there were no nodes. */
    private function count(mixed $key, int $by, mixed $group): int|float|false|null
    {
        if (!$this->isShared($key, $group)) {
            return null;
        }
        $sum = static fn (mixed $value): array => [max(0, (is_numeric($value) ? $value : 0) + $by)];
        $counted = $this->nodes->change($group, $this->id($key, $group), $sum, 0);
        if ($counted === null) {
            return null;
        }
        $counted ? parent::set($key, $counted[0], $group) : parent::delete($key, $group);
        return $counted[0] ?? false;
    }

    private function isShared(mixed $key, mixed &$group): bool
    {
        $group = (string) ($group ?: 'default');
        // Of what is no key, WordPress' class says so.
        return (is_int($key) || (is_string($key) && trim($key) !== '')) && !isset($this->ofRequest[$group]);
    }

    private function isHere(int|string $key, string $group): bool
    {
        return $this->_exists($this->id($key, $group), $group);
    }

    /** As the parent has it below its group. */
    private function id(int|string $key, string $group): string
    {
        return (isset($this->global_groups[$group]) ? '' : $this->blog) . $key;
    }
}
