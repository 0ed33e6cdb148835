<?php
// As wp-cli has its settings: the text of that file without the line that loads WordPress, run in a function, whose variables are global then.
define('ABSPATH', __DIR__ . '/web/');
$text = file_get_contents(getenv('WP_CONFIG_PATH') ?: ABSPATH . 'wp-config.php');
$code = preg_replace('/\s*require(?:_once)?\s*.*wp-settings\.php.*\s*;/', '', $text, -1, $count);
$count > 0 || exit('Strange wp-config.php file: wp-settings.php is not loaded directly.');
(static function () use ($code): void {
    eval(preg_replace('|^\s*<\?php\s*|', '', $code));
    foreach (get_defined_vars() as $name => $value) {
        $GLOBALS[$name] = $value;
    }
})();
require ABSPATH . 'wp-settings.php';
