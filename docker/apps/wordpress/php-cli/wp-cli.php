<?php
// In the place of wp-config.php for wp-cli, which takes the text of that file and runs it without its last line. Ours first, as WordPress has it.
@stream_wrapper_restore('file'); // settings-file.php waits for the file itself
require '/etc/bootdev/current/app/settings.php';
eval(require '/etc/bootdev/current/app/own-config.php');
require_once ABSPATH . 'wp-settings.php';
