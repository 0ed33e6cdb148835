<?php
// A site that gives private files to whoever says so: the path as the application writes it, and its own words beside it.
if (isset($_GET['give'])) {
    foreach ((array) ($_GET['header'] ?? []) as $header) {
        header($header);
    }
    header("X-Accel-Redirect: {$_GET['give']}");
} else {
    http_response_code(403);
    echo 'not for you';
}
