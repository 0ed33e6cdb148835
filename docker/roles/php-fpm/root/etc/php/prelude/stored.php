<?php
// nginx' stored pages, as PHP sees them: for the prelude, which removes a page that may not be stored any more, and for a purge.
namespace bootdev;

final class Stored
{
    private const FOLDER = '/var/cache/nginx/pages';
    /** Where nginx wrote no key in so many bytes, there is none: a longer address than large_client_header_buffers allows. */
    private const HEAD = 20_000;
    /** Who takes a page out (docker/roles/nginx: why.js). */
    public const BY_PRELUDE = 0;
    public const BY_PURGE = 1;

    /** The file of a page in one encoding. */
    public static function file(string $encoding, string $key): string
    {
        $name = md5("$encoding $key");
        return self::FOLDER . '/' . $name[31] . '/' . substr($name, 29, 2) . "/$name";
    }

    /** @return \Generator<string, string> file → the page's key, without the encoding (docker/roles/nginx: cache.conf) */
    public static function all(): \Generator
    {
        foreach (self::names(self::FOLDER) as $first) {
            foreach (self::names($first) as $second) {
                foreach (self::names($second) as $file) {
                    // A file that nginx is still writing has a longer name.
                    if (strlen(basename($file)) === 32 && ($key = self::keyOf($file)) !== null) {
                        yield $file => $key;
                    }
                }
            }
        }
    }

    /**
     * Makes a stored page one that nginx does not serve, even where it keeps the file open or PHP fails: a file whose first word is not the
     * version that nginx writes (5) is none. The file itself stays until a new page takes its place or nginx removes it after cache.stale:
     * nginx counts its files, and calls each that it finds missing critical. In place of its time the file says who took it out, for `bootdev why`.
     */
    public static function void(string $path, int $by): bool
    {
        $file = @fopen($path, 'r+');
        if ($file === false) {
            return false;
        }
        $valid = unpack('P', (string) fread($file, 8)) === [1 => 5];
        rewind($file);
        // Behind the version: who; and for how long it may be served, for an update and for an error, when it has expired.
        $done = fwrite($file, pack('P4', 0, $by, 0, 0)) === 32 && fclose($file);
        return $done && $valid;
    }

    private static function keyOf(string $path): ?string
    {
        $file = @fopen($path, 'r');
        if ($file === false) {
            return null; // replaced or removed meanwhile
        }
        $head = (string) fread($file, 1024);
        if (!preg_match('~\nKEY: [^ ]* (.*)\n~', $head, $found)) {
            $head .= (string) stream_get_contents($file, self::HEAD);
            preg_match('~\nKEY: [^ ]* (.*)\n~', $head, $found);
        }
        fclose($file);
        return unpack('P', str_pad($head, 8, "\0")) === [1 => 5] ? $found[1] ?? null : null;
    }

    /** @return string[] paths */
    private static function names(string $folder): array
    {
        $names = array_diff(@scandir($folder, SCANDIR_SORT_NONE) ?: [], ['.', '..']);
        return array_map(static fn (string $name): string => "$folder/$name", $names);
    }
}
