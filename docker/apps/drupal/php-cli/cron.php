<?php
// Drupal's own cron, as its address /cron/KEY runs it, without an address and a key; drush need not be there. In the folder of its index.php.
use Drupal\Core\DrupalKernel;
use Symfony\Component\HttpFoundation\Request;

$autoloader = require 'autoload.php';
$kernel = null;
try {
    $request = Request::create((string) getenv('SITE_URL'), 'GET', [], [], [], ['SCRIPT_NAME' => '/index.php', 'SCRIPT_FILENAME' => getcwd() . '/index.php']);
    $kernel = DrupalKernel::createFromRequest($request, $autoloader, 'prod');
    $kernel->boot();
    $kernel->preHandle($request);
    exit($kernel->getContainer()->get('cron')->run() ? 0 : 1);
} catch (Throwable $wrong) {
    // 42S02: a table is missing. Before the site is installed that is all of them.
    if (str_contains($wrong->getMessage(), '42S02') && !Drupal\Core\Database\Database::getConnection()->schema()->tableExists('sessions')) {
        exit("Drupal is not installed yet.\n");
    }
    fwrite(STDERR, "$wrong\n");
    exit(1);
}
