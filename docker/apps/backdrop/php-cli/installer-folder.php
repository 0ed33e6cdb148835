<?php
// Backdrop's installer, in the browser or not, wants a files/ beside the code that it can write, and nobody writes there: until it ends it works in a
// folder of links to the code, in which files/ are the shared ones. The code itself it knows by BACKDROP_ROOT.
(static function (): void {
    $folder = sys_get_temp_dir() . '/backdrop-' . bin2hex(random_bytes(8));
    mkdir($folder, 0700);
    symlink('/srv/files/public', "$folder/files");
    foreach (array_diff(scandir(BACKDROP_ROOT), ['.', '..', 'files']) as $name) {
        symlink(BACKDROP_ROOT . "/$name", "$folder/$name");
    }
    register_shutdown_function(static function () use ($folder): void {
        array_map(unlink(...), array_map(static fn (string $name): string => "$folder/$name", array_diff(scandir($folder), ['.', '..'])));
        rmdir($folder);
    });
    chdir($folder);
})();
