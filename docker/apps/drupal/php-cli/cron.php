<?php
// Drupal's own cron, as its address /cron/KEY runs it, without an address and a key; drush need not be there. In the folder of its index.php.
use Drupal\Core\Database\Database;
use Drupal\Core\DrupalKernel;
use Symfony\Component\HttpFoundation\Request;

set_error_handler(static fn (): bool => true, E_DEPRECATED); // what PHP 8.4 says of Drupal 10, until its settings are read
$autoloader = require 'autoload.php';
$request = Request::create((string) getenv('SITE_URL'), 'GET', [], [], [], ['SCRIPT_NAME' => '/index.php', 'SCRIPT_FILENAME' => getcwd() . '/index.php']);
$kernel = DrupalKernel::createFromRequest($request, $autoloader, 'prod');
if (!Database::getConnection()->schema()->tableExists('config')) {
    exit("Drupal is not installed yet.\n");
}
$kernel->boot();
$kernel->preHandle($request);
exit($kernel->getContainer()->get('cron')->run() ? 0 : 1);
