<?php
// One mail when a job begins to fail, one when it works again: to MAILTO of the crontab, by PHP's own way (sendmail_path), as the site.
namespace bootdev\cron;

/** @param array<string, mixed> $run @return bool false: the mail was not taken */
function mail_change(string $name, array $run): bool
{
    $to = preg_match('/^MAILTO="(.+)"$/m', (string) file_get_contents('/etc/bootdev/current/etc/crontab'), $found) ? $found[1] : '';
    if ($to === '') {
        return true;
    }
    $fails = $run['exit'] !== 0;
    $how = $fails ? how_it_ended($run) : 'works again';
    $site = (string) getenv('SITE_URL');
    $lines = [
        "The job $name of $site $how.",
        sprintf('It began %s UTC on %s and took %d s.', gmdate('Y-m-d H:i:s', $run['at']), $run['machine'], $run['seconds']),
        $fails ? 'The next mail comes when it works again.' : '',
    ];
    $output = (string) ($run['output'] ?? '');
    $text = implode("\n", array_filter($lines)) . "\n" . ($output === '' ? '' : "\nThe end of its output:\n\n$output");
    $headers = ['MIME-Version' => '1.0', 'Content-Type' => 'text/plain; charset=utf-8', 'Content-Transfer-Encoding' => 'base64', 'Auto-Submitted' => 'auto-generated'];
    return mail($to, parse_url($site, PHP_URL_HOST) . ": job $name $how", chunk_split(base64_encode($text)), $headers);
}

/** @param array<string, mixed> $run */
function how_it_ended(array $run): string
{
    return match ($run['ended']) {
        'limit' => "was ended by its time limit (exit code {$run['exit']})",
        'overlap' => 'was not started: the last run has not ended',
        'lost' => 'never ended: its machine was lost',
        'stopped' => "was stopped (exit code {$run['exit']})",
        default => "failed (exit code {$run['exit']})",
    };
}
