<?php
declare(strict_types=1);

/** Sends a mail by sendmail: the mail server has it when this returns, or the queue where that one does not take it now. */
function send_mail(string $to, string $subject, string $words): void
{
    if (!mail($to, $subject, $words, ['Content-Type' => 'text/plain; charset=utf-8'])) {
        throw new RuntimeException('the mail server did not accept the mail: ' . setting('MAIL_HOST') . ':' . setting('MAIL_PORT'));
    }
}

/** The mail server's last "not now", in its words; empty: it takes mail. */
function mail_refusal(): string
{
    return trim((string) @file_get_contents(SHARED . '/private/.mail/refusal'));
}

/** Asks Mailpit's API. */
function mailbox(string $method, string $path, array $body = []): array
{
    $call = curl_init(rtrim(setting('MAIL_API'), '/') . "/api/v1/$path");
    curl_setopt_array($call, [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT_MS => 1500, CURLOPT_FAILONERROR => true]
        + ($body ? [CURLOPT_POSTFIELDS => json_encode($body), CURLOPT_HTTPHEADER => ['Content-Type: application/json']] : []));
    $answer = curl_exec($call);
    if ($answer === false) {
        throw new RuntimeException('the mailbox does not answer: ' . curl_error($call));
    }
    return json_decode((string) $answer, true) ?: [];
}
