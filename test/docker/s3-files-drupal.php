<?php
// For s3-files.test.ts, as the site: enables s3fs, writes a picture to s3://, says its addresses.
use Drupal\Core\DrupalKernel;
use Symfony\Component\HttpFoundation\Request;

set_error_handler(static fn (): bool => true, E_DEPRECATED);
$autoloader = require 'autoload.php';
$request = Request::create((string) getenv('SITE_URL'), 'GET', [], [], [], ['SCRIPT_NAME' => '/index.php', 'SCRIPT_FILENAME' => getcwd() . '/index.php']);
$kernel = DrupalKernel::createFromRequest($request, $autoloader, 'prod');
$kernel->boot();
$kernel->preHandle($request);

if ($argv[1] === 'enable') {
    Drupal::service('module_installer')->install(['s3fs']);
    exit('true');
}
$folder = 's3://pictures';
$uri = "$folder/ä b.png";
$errors = [];
if ($argv[1] === 'write') {
    $files = Drupal::service('file_system');
    $files->prepareDirectory($folder, $files::CREATE_DIRECTORY);
    file_put_contents($uri, base64_decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='));
    $errors = array_map('strval', Drupal::service('s3fs')->validate(Drupal::config('s3fs.settings')->get()));
}
echo json_encode([
    'url' => Drupal::service('file_url_generator')->generateAbsoluteString($uri),
    'style' => Drupal::entityTypeManager()->getStorage('image_style')->load('thumbnail')->buildUrl($uri),
    'errors' => $errors,
]);
