<?php
// Uploads in the bucket, by the plugin WP Offload Media (amazon-s3-and-cloudfront), where the code has it: part of settings.php, which has $filter,
// $constants and $home. Where objects go and with whose keys is this machine's, whatever the site has stored.
require_once '/etc/bootdev/current/etc/php/bucket.php';
$bucket = bootdev\bucket();
$constants['AS3CF_SETTINGS'] = serialize([
    'provider' => 'aws',
    'bucket' => $bucket['name'],
    'region' => $bucket['region'],
    'use-server-roles' => '1', // no keys in settings
    'use-bucket-acls' => '0', // the bucket knows none: who may read says its policy
    'copy-to-s3' => '1',
    'serve-from-s3' => '1',
    // What is below media/ is at /-/media/.
    'enable-object-prefix' => '1',
    'object-prefix' => 'media/',
    'delivery-provider' => 'storage',
    'enable-delivery-domain' => '0',
]);
// Bedrock makes its constants itself, so there it comes after them, and before the plugin begins.
$filter('init', static function ($nothing) use ($constants) {
    defined('AS3CF_SETTINGS') || define('AS3CF_SETTINGS', $constants['AS3CF_SETTINGS']);
    return $nothing;
});
$filter('as3cf_aws_init_client_args', static fn (array $args): array => [
    'credentials' => \DeliciousBrains\WP_Offload_Media\Aws3\Aws\Credentials\CredentialProvider::ini('default', $bucket['credentials']),
] + ($bucket['endpoint'] === null ? [] : ['endpoint' => $bucket['endpoint'], 'use_path_style_endpoint' => true]) + $args);
$filter('as3cf_get_item_url', static fn ($url) => is_string($url) ? preg_replace('~^https?://[^/]+/(?:[^/]+/)?media/~U', "$home/-/media/", $url, 1) : $url);
