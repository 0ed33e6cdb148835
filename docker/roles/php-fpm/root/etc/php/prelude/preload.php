<?php
// Read once when php-fpm starts (opcache.preload): only preloaded files may call FFI. The library itself is named by ffi.preload.
require __DIR__ . '/brotli.php';
