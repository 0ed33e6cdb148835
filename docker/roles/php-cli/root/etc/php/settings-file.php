<?php
// Brings our settings to an application that reads a settings file, without a change of anybody's code: until that file is read, all files are
// opened through this class; in the place of that one it hands over a line that includes the user's own file, as it is, and ours. From then on
// PHP's own wrapper does everything again. An application that has a settings file names it in its settings-file.php (docker/apps); for others
// nothing of this runs. Why so: docs/decisions/0017-settings-file.md. Never in opcache, or its copy would be asked instead of this class:
// settings-file.txt beside that file.
namespace bootdev;

final class SettingsFile
{
    /** `$options` of an include; PHP has no name for it here. */
    private const INCLUDED = 128;

    /** @var \Closure(string, bool): list<string> */
    private static \Closure $rule;
    private static bool $isReadAgain;

    /** @var resource|null PHP sets it */
    public $context;
    /** @var resource a file, or a folder */
    private $handle;
    private bool $handedOver = false;

    /**
     * `$rule`: path, whether it is there → files to include in its place; none: it is no settings file. `$isReadAgain`: after them, it is awaited
     * once more.
     */
    public static function await(\Closure $rule, bool $isReadAgain): void
    {
        self::$rule = $rule;
        self::$isReadAgain = $isReadAgain;
        self::register();
    }

    public static function register(): void
    {
        stream_wrapper_unregister('file');
        stream_wrapper_register('file', self::class);
    }

    /** PHP's own wrapper for one operation. */
    private static function really(\Closure $operation): mixed
    {
        stream_wrapper_restore('file');
        try {
            return $operation();
        } finally {
            self::register();
        }
    }

    /** What is to be included in the place of a file. @return list<string> */
    private static function inPlaceOf(string $path): array
    {
        if (str_starts_with($path, 'file://')) {
            $path = substr($path, 7);
        }
        if (!str_ends_with($path, '.php')) {
            return [];
        }
        if ($path[0] !== '/') {
            $path = getcwd() . '/' . preg_replace('{^(?:\./)+}', '', $path);
        }
        // Not from PHP's memory of the last file: that may be our own word that it is there.
        clearstatcache(false, $path);
        return str_starts_with($path, '/srv/code/') ? (self::$rule)($path, is_file($path)) : [];
    }

    public function stream_open(string $path, string $mode, int $options, ?string &$opened): bool
    {
        if ($options & self::INCLUDED && ($files = self::really(static fn () => self::inPlaceOf($path)))) {
            stream_wrapper_restore('file');
            $this->handedOver = true;
            $this->handle = fopen('php://memory', 'w+');
            $again = self::$isReadAgain ? ['\\bootdev\SettingsFile::register();'] : [];
            fwrite($this->handle, '<?php ' . implode(' ', [...array_map(static fn ($file) => 'include ' . var_export($file, true) . ';', $files), ...$again]));
            return rewind($this->handle);
        }
        $context = $this->context;
        $this->handle = self::really(static fn () => $context ? @fopen($path, $mode, false, $context) : @fopen($path, $mode));
        if ($this->handle && $options & self::INCLUDED) {
            $opened = $path;
        }
        return (bool) $this->handle;
    }

    public function url_stat(string $path, int $flags): array|false
    {
        return self::really(static function () use ($path, $flags) {
            if ($flags & STREAM_URL_STAT_LINK && is_link($path)) {
                return lstat($path);
            }
            if (!file_exists($path)) {
                $path = self::inPlaceOf($path)[0] ?? ''; // who looks for it finds it
            }
            return $path !== '' && file_exists($path) ? stat($path) : false;
        });
    }

    public function stream_stat(): array|false
    {
        $stat = fstat($this->handle);
        if ($stat && $this->handedOver) {
            $stat['mtime'] = $stat[9] = 0; // what has no time is not kept by opcache
        }
        return $stat;
    }

    public function stream_read(int $count): string|false
    {
        return fread($this->handle, $count);
    }

    public function stream_write(string $data): int
    {
        return (int) fwrite($this->handle, $data);
    }

    public function stream_eof(): bool
    {
        return feof($this->handle);
    }

    public function stream_seek(int $offset, int $from): bool
    {
        return fseek($this->handle, $offset, $from) === 0;
    }

    public function stream_tell(): int
    {
        return (int) ftell($this->handle);
    }

    public function stream_flush(): bool
    {
        return fflush($this->handle);
    }

    public function stream_truncate(int $size): bool
    {
        return ftruncate($this->handle, $size);
    }

    public function stream_lock(int $operation): bool
    {
        return $operation === 0 || flock($this->handle, $operation); // 0: only whether it can be locked
    }

    public function stream_set_option(int $option, int $first, ?int $second): bool
    {
        return match ($option) {
            STREAM_OPTION_BLOCKING => stream_set_blocking($this->handle, (bool) $first),
            STREAM_OPTION_READ_TIMEOUT => stream_set_timeout($this->handle, $first, (int) $second),
            STREAM_OPTION_WRITE_BUFFER => stream_set_write_buffer($this->handle, (int) $second) === 0,
            default => false,
        };
    }

    /** @return resource */
    public function stream_cast(int $as)
    {
        return $this->handle;
    }

    public function stream_close(): void
    {
        fclose($this->handle);
    }

    public function stream_metadata(string $path, int $option, mixed $value): bool
    {
        return self::really(static fn () => match ($option) {
            STREAM_META_TOUCH => touch($path, ...$value),
            STREAM_META_OWNER, STREAM_META_OWNER_NAME => chown($path, $value),
            STREAM_META_GROUP, STREAM_META_GROUP_NAME => chgrp($path, $value),
            STREAM_META_ACCESS => chmod($path, $value),
            default => false,
        });
    }

    public function unlink(string $path): bool
    {
        return self::really(static fn () => unlink($path));
    }

    public function rename(string $from, string $to): bool
    {
        return self::really(static fn () => rename($from, $to));
    }

    public function mkdir(string $path, int $mode, int $options): bool
    {
        return self::really(static fn () => mkdir($path, $mode, (bool) ($options & STREAM_MKDIR_RECURSIVE)));
    }

    public function rmdir(string $path, int $options): bool
    {
        return self::really(static fn () => rmdir($path));
    }

    public function dir_opendir(string $path, int $options): bool
    {
        $this->handle = self::really(static fn () => @opendir($path));
        return (bool) $this->handle;
    }

    public function dir_readdir(): string|false
    {
        return readdir($this->handle);
    }

    public function dir_rewinddir(): bool
    {
        rewinddir($this->handle);
        return true;
    }

    public function dir_closedir(): bool
    {
        closedir($this->handle);
        return true;
    }
}

// Composer reads no settings, and opens many files. drush reads them twice for cache:rebuild: the second time it would have the user's alone, so the
// database of elsewhere that they name, or none.
(static function (string $program): void {
    if ($program !== 'composer' && $program !== 'composer.phar') {
        SettingsFile::await(require '/etc/bootdev/current/app/settings-file.php', PHP_SAPI === 'cli' && $program === 'drush');
    }
})(basename($_SERVER['SCRIPT_FILENAME'] ?? '', '.php'));
