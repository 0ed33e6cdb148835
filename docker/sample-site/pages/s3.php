<?php
require __DIR__ . '/../lib/s3.php';

header('Cache-Control: no-store');
$object = 'sample/' . machine('BOOTDEV_MACHINE') . '.txt';
$words = 'Written by ' . machine('BOOTDEV_MACHINE') . ' at ' . gmdate('c');
s3('PUT', $object, $words);
$read = s3('GET', $object);
s3('DELETE', $object);
page('S3', '<p>Done just now, with signed requests as AWS requires:</p>' . table([
    'bucket' => setting('S3_BUCKET') . ' in ' . setting('S3_REGION'),
    'put' => "$object: $words",
    'get' => $read,
    'delete' => 'done',
]));
