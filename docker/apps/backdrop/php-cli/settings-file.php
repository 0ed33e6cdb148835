<?php
// settings.php in Backdrop's root, or of a site below sites/: the user's own, then ours. The one in the root need not be there.
return static function (string $path, bool $isThere): array {
    if (basename($path) !== 'settings.php') {
        return [];
    }
    $ours = '/etc/bootdev/current/app/settings.php';
    $isInRoot = is_file(dirname($path) . '/core/includes/bootstrap.inc');
    return match (true) {
        $isThere && ($isInRoot || basename(dirname($path, 2)) === 'sites') => [$path, $ours],
        default => $isInRoot ? [$ours] : [],
    };
};
