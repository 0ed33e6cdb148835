<?php
// Another release is served: what Drupal keeps of its code (hooks, menu, theme, classes) counts no longer. In the folder of its index.php.
require_once __DIR__ . '/bootstrap.php';

drupal_flush_all_caches();
