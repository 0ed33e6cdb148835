<?php
// The site's bucket, for modules that keep uploads in it. What is below media/ in it has an address for everybody, SITE/-/media/…: by CloudFront on AWS,
// by the CDN or nginx in the replica.
namespace bootdev;

/**
 * `endpoint`: null is Amazon's own, which an SDK knows; another one has the bucket in the path. `credentials`: a file of AWS' SDKs, whose keys are
 * others each hour on an instance.
 *
 * @return array{name: string, region: string, endpoint: ?string, credentials: string}
 */
function bucket(): array
{
    $endpoint = (string) getenv('S3_ENDPOINT');
    return [
        'name' => (string) getenv('S3_BUCKET'),
        'region' => (string) getenv('S3_REGION'),
        'endpoint' => str_ends_with((string) parse_url($endpoint, PHP_URL_HOST), '.amazonaws.com') ? null : $endpoint,
        'credentials' => (string) getenv('AWS_SHARED_CREDENTIALS_FILE'),
    ];
}
