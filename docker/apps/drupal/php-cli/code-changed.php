<?php
// Another release is served: what Drupal keeps of its code (services, routes, plugins, compiled templates) counts no longer, on any machine. As its
// core/rebuild.php does it, which works where those are the old code's; drush need not be there. In the folder of its index.php.
use Drupal\Core\Database\Database;
use Drupal\Core\DrupalKernel;
use Drupal\Core\Site\Settings;
use Symfony\Component\HttpFoundation\Request;

set_error_handler(static fn (): bool => true, E_DEPRECATED); // what PHP 8.4 says of Drupal 10, until its settings are read
$autoloader = require 'autoload.php';
require_once 'core/includes/utility.inc';
$request = Request::create((string) getenv('SITE_URL'), 'GET', [], [], [], ['SCRIPT_NAME' => '/index.php', 'SCRIPT_FILENAME' => getcwd() . '/index.php']);
DrupalKernel::bootEnvironment();
Settings::initialize(getcwd(), DrupalKernel::findSitePath($request), $autoloader);
if (Database::getConnection()->schema()->tableExists('config')) {
    drupal_rebuild($autoloader, $request);
}
