<?php
require __DIR__ . '/../lib/status.php';

header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode(status(), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
