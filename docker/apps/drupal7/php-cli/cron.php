<?php
// Drupal's own cron, as its cron.php runs it, without an address and a key; drush need not be there. In the folder of its index.php.
// No SERVER_SOFTWARE: by that it knows a request, and would answer it from its page cache.
['scheme' => $scheme, 'host' => $host] = $url = parse_url((string) getenv('SITE_URL'));
$_SERVER = [
    'HTTP_HOST' => $host . (isset($url['port']) ? ":{$url['port']}" : ''),
    'HTTPS' => $scheme === 'https' ? 'on' : '',
    'REMOTE_ADDR' => '127.0.0.1',
    'REQUEST_METHOD' => 'GET',
    'REQUEST_URI' => '/',
    'SCRIPT_NAME' => '/index.php',
] + $_SERVER;

define('DRUPAL_ROOT', getcwd());
require_once DRUPAL_ROOT . '/includes/bootstrap.inc';
drupal_bootstrap(DRUPAL_BOOTSTRAP_CONFIGURATION);
require_once DRUPAL_ROOT . '/includes/database/database.inc';
try {
    Database::getConnection()->query('SELECT 1 FROM {variable}');
} catch (PDOException $error) {
    if ($error->getCode() !== '42S02') {
        throw $error;
    }
    exit("Drupal is not installed yet.\n");
}
drupal_bootstrap(DRUPAL_BOOTSTRAP_FULL);
exit(drupal_cron_run() ? 0 : 1);
