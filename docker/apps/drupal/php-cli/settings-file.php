<?php
// settings.php of each site: the user's own, then ours. Drupal looks through several folders for one, so only the last of them has one that is
// not there.
return static function (string $path, bool $isThere): array {
    $ours = '/etc/bootdev/current/app/settings.php';
    return match (true) {
        !preg_match('{/sites/([^/]+)/settings\.php$}', $path, $site) => [],
        $isThere => [$path, $ours],
        default => $site[1] === 'default' ? [$ours] : [],
    };
};
