<?php
// Brotli for the prelude. PHP has no extension for it in Debian, but the library is there; FFI is allowed to files that are
// preloaded (opcache.preload), so only this class ever calls it.
namespace bootdev;

final class Brotli
{
    private static ?\FFI $library = null;

    public static function compress(string $text): ?string
    {
        self::$library ??= \FFI::scope('bootdev-brotli');
        $room = self::$library->BrotliEncoderMaxCompressedSize(strlen($text));
        $out = self::$library->new("uint8_t[$room]");
        $size = self::$library->new('size_t[1]');
        $size[0] = $room;
        // Quality 5: as small as gzip's best in the time of its default. Window 22 is the largest every browser takes. Mode 1: text.
        $done = self::$library->BrotliEncoderCompress(5, 22, 1, strlen($text), $text, $size, $out);
        return $done ? \FFI::string($out, $size[0]) : null;
    }
}
