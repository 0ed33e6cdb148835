<?php
// The mail server, for who sends a mail (usr/sbin/sendmail) and for the queue (lib/mail/deliver): msmtp speaks to it, with the address, TLS and
// login of etc/msmtprc.
ini_set('display_errors', '0'); // functions say false, and error_get_last() is asked
ini_set('log_errors', '0');

const SPOOL = '/srv/files/private/.mail';
/** The server's last "not now", in its words, and since when; gone with the next mail that it takes. */
const REFUSAL = SPOOL . '/refusal';

/**
 * One try. `$message` stands at its first byte.
 * @param list<string> $recipients
 * @param resource $message
 * @return array{string, string} sent, later or refused; and why, in the server's words
 */
function attempt(array $recipients, $message, int $timeout): array
{
    $copy = tmpfile(); // msmtp reads a file from where it stands, and PHP has read ahead of there
    if (!$copy || !append($message, $copy) || !rewind($copy)) return ['later', 'there is no room in /tmp'];
    $msmtp = ['msmtp', '-C', '/etc/bootdev/current/etc/msmtprc', "--timeout=$timeout", '--', ...$recipients];
    $process = proc_open($msmtp, [$copy, ['file', '/dev/null', 'w'], ['pipe', 'w']], $pipes);
    if (!$process) return ['later', 'msmtp cannot be started'];
    $said = trim((string) stream_get_contents($pipes[2]));
    $code = proc_close($process);
    if ($code === 0) return ['sent', ''];

    preg_match_all('/^msmtp: server message: (.*)$/m', $said, $answers);
    $words = implode(' ', $answers[1]) ?: preg_replace('/^msmtp: /', '', strtok($said, "\n") ?: "msmtp ended with $code");
    $words = trim(preg_replace('/[^\x20-\x7e]+/', ' ', substr($words, 0, 500)));
    // A login that is refused is no fault of this mail's (77). Without an answer only what msmtp itself finds in the mail is final (64, 65).
    $final = $answers[1] ? $code !== 77 && str_starts_with($answers[1][0], '5') : in_array($code, [64, 65], true);
    return [$final ? 'refused' : 'later', $words];
}

/** The rest of one file to the end of another: all of it, or false, as on a full disk. */
function append($from, $to): bool
{
    $rest = fstat($from)['size'] - ftell($from);
    return stream_copy_to_stream($from, $to) === $rest && fflush($to) && fstat($to)['size'] === ftell($to);
}

/** The server does not take mail now. */
function note_refusal(string $words): void
{
    $new = REFUSAL . '.' . getmypid() . bin2hex(random_bytes(4));
    if (@file_put_contents($new, "$words\n") !== false) @rename($new, REFUSAL);
}

/** Seconds since the server's last "not now"; null: it takes mail, as far as anybody knows. */
function refused_ago(): ?int
{
    clearstatcache();
    $at = @filemtime(REFUSAL);
    return $at === false ? null : max(0, time() - $at);
}

/** It took one. True: it had not before. */
function accepted(): bool
{
    clearstatcache();
    return file_exists(REFUSAL) && @unlink(REFUSAL);
}
