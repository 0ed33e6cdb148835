<?php
// S3 without an SDK: requests signed by AWS Signature Version 4.
declare(strict_types=1);

/** Headers of a signed request. $headers: lower-case name → value, host included; $at: 20130524T000000Z. */
function s3_signed(string $method, string $path, array $headers, string $body, string $region, string $key, string $secret, string $at): array
{
    $day = substr($at, 0, 8);
    $hash = hash('sha256', $body);
    $headers += ['x-amz-content-sha256' => $hash, 'x-amz-date' => $at];
    ksort($headers);
    $canonical = '';
    foreach ($headers as $name => $value) {
        $canonical .= "$name:" . trim($value) . "\n";
    }
    $names = implode(';', array_keys($headers));
    $path = implode('/', array_map(rawurlencode(...), explode('/', $path)));
    $request = "$method\n$path\n\n$canonical\n$names\n$hash";
    $scope = "$day/$region/s3/aws4_request";
    $signing = "AWS4$secret";
    foreach ([$day, $region, 's3', 'aws4_request'] as $part) {
        $signing = hash_hmac('sha256', $part, $signing, true);
    }
    $signature = hash_hmac('sha256', "AWS4-HMAC-SHA256\n$at\n$scope\n" . hash('sha256', $request), $signing);
    return $headers + ['authorization' => "AWS4-HMAC-SHA256 Credential=$key/$scope,SignedHeaders=$names,Signature=$signature"];
}

/**
 * For the site's bucket alone. In the replica they stay; on an instance they end after an hour, and new ones are there long before.
 * @return array{string, string, string} Key, secret, session token ('' where there is none).
 */
function s3_credentials(): array
{
    $file = getenv('AWS_SHARED_CREDENTIALS_FILE') ?: '/run/secrets/app/aws-credentials';
    $found = @parse_ini_file($file, true, INI_SCANNER_RAW)['default'] ?? throw new RuntimeException("$file cannot be read");
    return [$found['aws_access_key_id'], $found['aws_secret_access_key'], $found['aws_session_token'] ?? ''];
}

/** @return string The object, or '' where the method gives none. Throws when S3 refuses or does not answer within 2 s. */
function s3(string $method, string $object, string $body = ''): string
{
    $endpoint = rtrim(setting('S3_ENDPOINT'), '/');
    $path = '/' . setting('S3_BUCKET') . "/$object";
    $host = preg_replace('#^https?://#', '', $endpoint);
    [$key, $secret, $token] = s3_credentials();
    $signed = ['host' => $host] + ($token === '' ? [] : ['x-amz-security-token' => $token]);
    $headers = s3_signed($method, $path, $signed, $body, setting('S3_REGION'), $key, $secret, gmdate('Ymd\THis\Z'));
    $lines = [];
    foreach ($headers as $name => $value) {
        $lines[] = "$name: $value";
    }
    $call = curl_init($endpoint . implode('/', array_map(rawurlencode(...), explode('/', $path))));
    curl_setopt_array($call, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $lines,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT_MS => 2000,
    ] + ($method === 'PUT' ? [CURLOPT_POSTFIELDS => $body] : []));
    $answer = curl_exec($call);
    $status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
    if ($answer === false) {
        throw new RuntimeException('S3 does not answer: ' . curl_error($call));
    }
    if ($status >= 300) {
        throw new RuntimeException("S3 says $status to $method $path");
    }
    return (string) $answer;
}
