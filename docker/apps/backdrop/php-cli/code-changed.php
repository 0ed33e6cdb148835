<?php
// Another release is served: what Backdrop keeps of its code (hooks, menu, theme, classes) counts no longer. In the folder of its index.php.
require_once __DIR__ . '/bootstrap.php';

backdrop_flush_all_caches();
