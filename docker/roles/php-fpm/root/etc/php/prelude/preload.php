<?php
// Read once when php-fpm starts (opcache.preload): only preloaded files may call FFI (the library itself is named by ffi.preload), and
// what each page needs is there without a look at the disk.
require __DIR__ . '/brotli.php';
require __DIR__ . '/stored.php';
require __DIR__ . '/rules.php';
