<?php
// php check.php FEATURE: runs one check and writes its outcome as JSON. A process of its own: see lib/status.php.
declare(strict_types=1);

require __DIR__ . '/checks.php';

echo json_encode(outcome(checks()[$argv[1]]), JSON_INVALID_UTF8_SUBSTITUTE);
